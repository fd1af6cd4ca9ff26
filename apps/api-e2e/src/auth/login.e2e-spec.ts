import {
  START_TIMEOUT_MS,
  startApi,
  type DemoTenant,
  type RunningApi,
  type TokenPair,
} from '@financeops/testing';
import { expectProblem, type Problem } from '../support/problem';
import type { Me } from '../support/views';

let api: RunningApi;
let bank: DemoTenant;
let neighbour: DemoTenant;

beforeAll(async () => {
  api = await startApi();
  bank = api.demo('first-bank');
  neighbour = api.demo('city-credit');
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

const login = (body: unknown, headers: Record<string, string> = {}) =>
  api.client(headers).post<TokenPair>('/v1/auth/login', body);

const me = async (token: string) => (await api.client().bearer(token).get<Me>('/v1/me')).body;

describe('Login', () => {
  it.each<[string, () => Record<string, string>]>([
    ['the id in X-Tenant-ID', () => ({ 'x-tenant-id': bank.id })],
    ['the slug in X-Tenant-ID', () => ({ 'x-tenant-id': bank.slug })],
    ['the slug in another case', () => ({ 'x-tenant-id': 'FIRST-Bank' })],
    ['the subdomain', () => ({ host: 'first-bank.financeops.localhost' })],
    [
      'header and subdomain alike',
      () => ({ host: `${bank.slug}.financeops.localhost`, 'x-tenant-id': bank.id }),
    ],
  ])('by %s returns a pair of tokens that speak for the user', async (_, headers) => {
    const reply = await login(bank.admin, headers());
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      accessToken: expect.any(String) as string,
      refreshToken: expect.any(String) as string,
      expiresIn: 900,
      tokenType: 'Bearer',
    });
    expect(reply.headers['cache-control']).toContain('no-store');
    expect(await me(reply.body.accessToken)).toMatchObject({
      principal: { type: 'user', email: bank.admin.email, role: 'ADMIN' },
      tenant: { id: bank.id, slug: bank.slug, tier: 'ENTERPRISE' },
      resolvedVia: 'jwt',
    });
  });

  it('signs tokens with the claims of the contract', async () => {
    const { accessToken } = await api.login(bank.viewer, bank.slug);
    const [header, payload] = accessToken
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>);
    expect(header).toEqual({ alg: 'HS256', typ: 'JWT', kid: expect.any(String) as string });
    expect(Object.keys(payload!).sort()).toEqual(['exp', 'iat', 'jti', 'role', 'sub', 'tenantId', 'ver']);
    expect(payload).toMatchObject({ tenantId: bank.id, role: 'VIEWER' });
    expect(Number(payload!['exp']) - Number(payload!['iat'])).toBe(900);
  });

  it('without a tenant is for super-admins, whose token names none', async () => {
    const { accessToken } = await api.login(api.credentials.superAdmin);
    expect(await me(accessToken)).toEqual({
      principal: {
        type: 'super-admin',
        id: expect.stringMatching(/^[0-9a-f]{24}$/) as string,
        email: api.credentials.superAdmin.email,
        role: 'SUPER_ADMIN',
      },
      tenant: null,
      resolvedVia: null,
    });
    expect(Buffer.from(accessToken.split('.')[1]!, 'base64url').toString()).not.toContain('tenantId');
  });

  it("takes no tenant's user without a tenant, and no super-admin with one", async () => {
    expectProblem(await login(bank.admin), 'unauthenticated');
    expectProblem(await login(api.credentials.superAdmin, { 'x-tenant-id': bank.slug }), 'unauthenticated');
  });

  it("takes no user of a neighbour; the neighbour's own tenant does", async () => {
    expectProblem(await login(neighbour.admin, { 'x-tenant-id': bank.slug }), 'unauthenticated');
    expect((await login(neighbour.admin, { 'x-tenant-id': neighbour.slug })).status).toBe(200);
  });

  it('finds an e-mail address without regard to case', async () => {
    const email = bank.admin.email.toUpperCase();
    const reply = await login({ ...bank.admin, email }, { 'x-tenant-id': bank.slug });
    expect(reply.status).toBe(200);
  });

  it('answers an unknown e-mail and a wrong password alike', async () => {
    const there = { 'x-tenant-id': bank.slug, 'x-request-id': 'same' };
    const unknown = await login({ email: 'nobody@first-bank.example', password: 'not-it-at-all' }, there);
    const wrong = await login({ email: bank.viewer.email, password: 'not-it-at-all' }, there);
    expectProblem(unknown, 'unauthenticated');
    expect(wrong.text).toBe(unknown.text);
    expect(Object.keys(wrong.headers).sort()).toEqual(Object.keys(unknown.headers).sort());
  });

  it('in the name of nobody is a 404, by header or by host', async () => {
    expectProblem(await login(bank.admin, { 'x-tenant-id': 'no-such-bank' }), 'tenant-not-found');
    expectProblem(await login(bank.admin, { 'x-tenant-id': 'f'.repeat(24) }), 'tenant-not-found');
    expectProblem(await login(bank.admin, { host: 'no-such-bank.financeops.localhost' }), 'tenant-not-found');
    expectProblem(await login(bank.admin, { host: 'pay.no-such-bank.example' }), 'tenant-not-found');
  });

  it('with a header and a host that disagree is refused', async () => {
    const host = `${neighbour.slug}.financeops.localhost`;
    expectProblem(await login(bank.admin, { 'x-tenant-id': bank.slug, host }), 'tenant-mismatch');
  });

  it('is closed to an account after ten failures, to that account alone, and told from when it opens', async () => {
    const there = { 'x-tenant-id': neighbour.slug };
    const fail = (email: string) => login({ email, password: 'not-it-at-all' }, there);
    for (let i = 0; i < 10; i++) expectProblem(await fail(neighbour.viewer.email), 'unauthenticated');
    const refused: Problem = expectProblem(await login(neighbour.viewer, there), 'rate-limited');
    expect(refused.retryAfter).toBeLessThanOrEqual(60);
    expectProblem(await fail(neighbour.viewer.email.toUpperCase()), 'rate-limited');
    expect((await login(neighbour.admin, there)).status).toBe(200);
  });

  it('tells of no account: an unknown one is closed after ten failures too', async () => {
    const fail = () =>
      login(
        { email: 'ghost@city-credit.example', password: 'not-it-at-all' },
        { 'x-tenant-id': neighbour.slug },
      );
    for (let i = 0; i < 10; i++) expectProblem(await fail(), 'unauthenticated');
    expectProblem(await fail(), 'rate-limited');
  });

  it('admits no more than ten of fifty failures sent at once', async () => {
    const replies = await Promise.all(
      Array.from({ length: 50 }, () =>
        login({ email: 'crowd@city-credit.example', password: 'no' }, { 'x-tenant-id': neighbour.slug }),
      ),
    );
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(40);
  });

  it.each<[string, unknown, string[]]>([
    ['no e-mail', { password: 'x' }, ['/email']],
    ['no password', { email: 'a@b.example' }, ['/password']],
    ['an operator for a password', { email: 'a@b.example', password: { $gt: '' } }, ['/password']],
    ['an operator for an e-mail', { email: { $ne: null }, password: 'x' }, ['/email']],
    ['a list for an e-mail', { email: ['a@b.example'], password: 'x' }, ['/email']],
    ['a field too many', { email: 'a@b.example', password: 'x', tenantId: 'f' }, ['/tenantId']],
    ['a password of megabytes', { email: 'a@b.example', password: 'x'.repeat(500_000) }, ['/password']],
  ])('with %s is a 400 that says where', async (_, body, pointers) => {
    expectProblem(await login(body, { 'x-tenant-id': bank.slug }), 'validation-failed', { pointers });
  });
});
