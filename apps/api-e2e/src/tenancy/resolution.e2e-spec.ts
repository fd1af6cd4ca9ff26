import {
  aTenant,
  START_TIMEOUT_MS,
  startApi,
  type ApiClient,
  type BuiltTenant,
  type DemoTenant,
  type RunningApi,
} from '@financeops/testing';
import { expectProblem } from '../support/problem';
import type { Me } from '../support/views';

let api: RunningApi;
let bank: DemoTenant;
let neighbour: DemoTenant;
let inactive: BuiltTenant;
let operator: ApiClient;
let user: ApiClient;
let key: ApiClient;

beforeAll(async () => {
  api = await startApi();
  bank = api.demo('first-bank');
  neighbour = api.demo('city-credit');
  operator = await api.asOperator();
  user = await api.as(bank, 'admin');
  key = api.client({ 'x-api-key': bank.apiKey });
  inactive = await aTenant().inactive().madeBy(operator);
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

const hostOf = ({ slug }: { slug: string }) => `${slug}.financeops.localhost`;
const NOBODY = 'no-such-bank';
const NOBODYS_HOST = `${NOBODY}.financeops.localhost`;

/** What names a tenant beside the credential. */
type Names = () => Record<string, string>;
const headerOf =
  (name: () => string): Names =>
  () => ({ 'x-tenant-id': name() });
const host =
  (name: () => string): Names =>
  () => ({ host: name() });

const own = headerOf(() => bank.id);
const ownHost = host(() => hostOf(bank));
const othersHeader = headerOf(() => neighbour.slug);
const othersHost = host(() => hostOf(neighbour));
const nobodysHeader = headerOf(() => NOBODY);
const nobodysHost = host(() => NOBODYS_HOST);

describe('Without a credential, a protected route', () => {
  it.each<[string, Names]>([
    ['no tenant', () => ({})],
    ['a tenant, by header', own],
    ['a tenant, by host', ownHost],
    ['nobody, by header', nobodysHeader],
    ['nobody, by host', nobodysHost],
    ['two tenants', () => ({ ...own(), ...othersHost() })],
    ['an inactive tenant', () => ({ 'x-tenant-id': inactive.slug })],
  ])('is a 401 whichever tenant is named: %s', async (_, names) => {
    for (const path of ['/v1/me', '/v1/payments', '/v1/tenant', '/v1/usage', '/v1/admin/analytics']) {
      expectProblem(await api.client(names()).get(path), 'unauthenticated');
    }
  });
});

describe("A user's token", () => {
  it('is enough, and header and host may say the same', async () => {
    for (const names of [{}, own(), ownHost(), { ...own(), ...ownHost() }, { 'x-tenant-id': bank.slug }]) {
      const { status, body } = await user.with(names).get<Me>('/v1/me');
      expect([status, body.resolvedVia, body.tenant?.id]).toEqual([200, 'jwt', bank.id]);
    }
  });

  it.each<[string, Names]>([
    ['a header of a neighbour', othersHeader],
    ['a header of nobody', nobodysHeader],
    ["a neighbour's host", othersHost],
    ["nobody's host", nobodysHost],
    ['a custom domain of nobody', host(() => 'pay.no-such-bank.example')],
    ['its own header and a neighbour host', () => ({ ...own(), ...othersHost() })],
    ['its own host and a neighbour header', () => ({ ...ownHost(), ...othersHeader() })],
  ])('with %s is a 403, and stands in the audit log', async (_, names) => {
    const requestId = `mismatch-${Math.random().toString(36).slice(2)}`;
    const client = user.with({ ...names(), 'x-request-id': requestId });
    expectProblem(await client.get('/v1/payments'), 'tenant-mismatch');
    const event = await api.db.collection('audit_events').findOne({ requestId });
    expect(event).toMatchObject({ action: 'tenant.mismatch', outcome: 'denied' });
    expect(String(event!['tenantId'])).toBe(bank.id);
  });

  it('is answered before a role is asked for', async () => {
    const viewer = await api.as(bank, 'viewer');
    expectProblem(await viewer.with(othersHeader()).get('/v1/tenant'), 'tenant-mismatch');
    expectProblem(await viewer.get('/v1/tenant'), 'forbidden');
  });

  it('does not open the routes of the operator; the token of the operator does', async () => {
    for (const path of ['/v1/admin/analytics', '/v1/admin/tenants']) {
      expectProblem(await user.get(path), 'forbidden');
      expect((await operator.get(path)).status).toBe(200);
    }
  });
});

describe('An API key', () => {
  it('is enough, resolves by itself or by the header, and the host may say the same', async () => {
    for (const [names, via] of [
      [{}, 'api-key'],
      [own(), 'header'],
      [{ 'x-tenant-id': bank.slug }, 'header'],
      [ownHost(), 'api-key'],
    ] as const) {
      const { status, body } = await key.with(names).get<Me>('/v1/me');
      expect([status, body.resolvedVia, body.tenant?.id]).toEqual([200, via, bank.id]);
      expect(body.principal).toMatchObject({ type: 'api-key', scopes: ['payments:read', 'payments:write'] });
    }
  });

  it.each<[string, Names]>([
    ['of a neighbour', othersHeader],
    ['of nobody', nobodysHeader],
  ])('with a header %s is the same 401 as a wrong key', async (_, names) => {
    const wrong = api.client({ 'x-api-key': `sk_${'0'.repeat(16)}_${'0'.repeat(64)}` });
    expectProblem(await key.with(names()).get('/v1/payments'), 'unauthenticated');
    expectProblem(await wrong.with(names()).get('/v1/payments'), 'unauthenticated');
  });

  it.each<[string, Names]>([
    ['of a neighbour', othersHost],
    ['of nobody', nobodysHost],
  ])('with a host %s is a 403', async (_, names) => {
    expectProblem(await key.with(names()).get('/v1/payments'), 'tenant-mismatch');
  });

  it.each(['', 'x', 'sk_', `sk_${'0'.repeat(16)}_${'0'.repeat(64)}`, 'sk_$gt_', '\u00e9'])(
    'is not %j',
    async (text) => {
      expectProblem(await api.client({ 'x-api-key': text }).get('/v1/payments'), 'unauthenticated');
      expectProblem(await api.client({ 'x-api-key': text, ...own() }).get('/v1/payments'), 'unauthenticated');
    },
  );

  it('with the prefix of a good one and another secret is refused', async () => {
    const forged = bank.apiKey!.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    expectProblem(await api.client({ 'x-api-key': forged }).get('/v1/me'), 'unauthenticated');
  });

  it('beside a token of its tenant leaves the token the principal; beside any other both are refused', async () => {
    const apiKey = { 'x-api-key': bank.apiKey };
    const both = await user.with(apiKey).get<Me>('/v1/me');
    expect([both.status, both.body.principal.type]).toEqual([200, 'user']);
    const stranger = await api.as(neighbour, 'admin');
    expectProblem(await stranger.with(apiKey).get('/v1/me'), 'unauthenticated');
    expectProblem(await operator.with(apiKey).get('/v1/me'), 'unauthenticated');
    expectProblem(await user.with({ 'x-api-key': 'sk_x' }).get('/v1/me'), 'unauthenticated');
    expectProblem(await key.bearer('a.b.c').get('/v1/me'), 'unauthenticated');
  });
});

describe("A super-admin's token", () => {
  it('on a route of tenants names no tenant', async () => {
    for (const path of ['/v1/payments', '/v1/tenant', '/v1/usage']) {
      expectProblem(await operator.get(path), 'tenant-required');
    }
  });

  it.each<[string, Names]>([
    ['a header', own],
    ['a host', ownHost],
    ['a header of nobody', nobodysHeader],
    ['a host of nobody', nobodysHost],
  ])('contradicts %s, on any route', async (_, names) => {
    for (const path of ['/v1/payments', '/v1/me', '/v1/admin/tenants']) {
      expectProblem(await operator.with(names()).get(path), 'tenant-mismatch');
    }
  });
});

describe('X-Tenant-ID', () => {
  it.each<[string, string | string[]]>([
    ['empty', ''],
    ['two names', 'first-bank,city-credit'],
    ['a name and a comma', 'first-bank,'],
    ['sent twice', ['first-bank', 'city-credit']],
    ['sent twice with one name', ['first-bank', 'first-bank']],
    ['a name with a space inside', 'first bank'],
    ['a name with a point', 'first.bank'],
    ['a path', '../first-bank'],
    ['an operator', '{"$gt":""}'],
    ['a name that ends in a hyphen', 'first-bank-'],
    ['64 letters', 'a'.repeat(64)],
    ['letters of other alphabets', 'f\u00efrst-bank'],
    ['an underscore', 'first_bank'],
    ['a quoted name', '"first-bank"'],
  ])('that is %s is malformed, never absent', async (_, value) => {
    const malformed = { 'x-tenant-id': value };
    expectProblem(await user.with(malformed).get('/v1/me'), 'bad-request');
    expectProblem(await key.with(malformed).get('/v1/me'), 'bad-request');
    // Syntax comes before authentication, and on public routes too.
    expectProblem(await api.client(malformed).get('/v1/me'), 'bad-request');
    expectProblem(await api.client(malformed).get('/v1/tenant/branding'), 'bad-request');
    expectProblem(await api.client(malformed).post('/v1/auth/login', bank.admin), 'bad-request');
  });

  it('matches a slug without regard to case, and an id too', async () => {
    for (const name of ['FIRST-BANK', 'First-Bank', bank.id.toUpperCase()]) {
      expect((await key.with({ 'x-tenant-id': name }).get('/v1/me')).status).toBe(200);
    }
  });

  it('sent twice does not pick the one that suits the credential', async () => {
    expectProblem(await user.with({ 'x-tenant-id': [neighbour.id, bank.id] }).get('/v1/me'), 'bad-request');
    expectProblem(await user.with({ 'x-tenant-id': [bank.id, neighbour.id] }).get('/v1/me'), 'bad-request');
  });

  it('that names nobody never falls through to the host', async () => {
    const names = { ...nobodysHeader(), ...ownHost() };
    expectProblem(await api.client(names).post('/v1/auth/login', bank.admin), 'tenant-not-found');
    expectProblem(await api.client(names).get('/v1/tenant/branding'), 'tenant-not-found');
  });
});

describe('A tenant that has been deactivated', () => {
  it('is refused to its people, by whatever name; before that they were let in', async () => {
    const tenant = await aTenant().madeBy(operator);
    const admin = await api.as(tenant);
    const { refreshToken } = await api.login(tenant.admin, tenant.slug);
    expect((await admin.get('/v1/me')).status).toBe(200);
    await operator.patch(`/v1/admin/tenants/${tenant.id}`, { isActive: false });
    expectProblem(await admin.get('/v1/me'), 'tenant-inactive');
    expectProblem(await admin.get('/v1/payments'), 'tenant-inactive');
    expectProblem(
      await api.client({ 'x-tenant-id': tenant.id }).post('/v1/auth/login', tenant.admin),
      'tenant-inactive',
    );
    expectProblem(await api.client().post('/v1/auth/refresh', { refreshToken }), 'tenant-inactive');
    await operator.patch(`/v1/admin/tenants/${tenant.id}`, { isActive: true });
    expect((await admin.get('/v1/me')).status).toBe(200);
  });

  it('is refused by header and by host, on public routes too', async () => {
    for (const names of [
      { 'x-tenant-id': inactive.slug },
      { 'x-tenant-id': inactive.id },
      { host: hostOf(inactive) },
    ]) {
      expectProblem(await api.client(names).post('/v1/auth/login', inactive.admin), 'tenant-inactive');
      expectProblem(await api.client(names).get('/v1/tenant/branding'), 'tenant-inactive');
    }
  });
});

describe('Branding', () => {
  it('is public by host and by header, for every tier', async () => {
    for (const slug of ['corner-shop', 'city-credit', 'first-bank'] as const) {
      for (const names of [{ host: hostOf({ slug }) }, { 'x-tenant-id': slug }]) {
        const reply = await api.client(names).get('/v1/tenant/branding');
        expect(reply.status).toBe(200);
        expect(reply.body).toEqual({
          slug,
          displayName: expect.any(String) as string,
          primaryColor: null,
          logoUrl: null,
        });
      }
    }
  });

  it('of a host that names nobody is a 404; of no host at all a 400', async () => {
    expectProblem(await api.client(nobodysHost()).get('/v1/tenant/branding'), 'tenant-not-found');
    expectProblem(await api.client().get('/v1/tenant/branding'), 'tenant-required');
  });
});
