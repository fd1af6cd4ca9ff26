import {
  aPayment,
  aTenant,
  anApiKey,
  START_TIMEOUT_MS,
  startApi,
  until,
  type ApiClient,
  type Reply,
  type RunningApi,
} from '@financeops/testing';
import { expectProblem } from '../support/problem';
import type { Usage } from '../support/views';

const ANONYMOUS = 25;
let api: RunningApi;
let operator: ApiClient;

beforeAll(async () => {
  api = await startApi({
    env: { TRUST_PROXY: '127.0.0.1', ANONYMOUS_REQUESTS_PER_MINUTE: String(ANONYMOUS) },
  });
  operator = (await from('198.51.100.1').asOperator()).client;
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

/** Callers at an address of their own, as a trusted proxy tells it. */
const from = (address: string) => {
  const at = { 'x-forwarded-for': address };
  const login = async (body: unknown, slug?: string) => {
    const reply = await api
      .client({ ...at, 'x-tenant-id': slug })
      .post<{ accessToken: string }>('/v1/auth/login', body);
    expect(reply.status).toBe(200);
    return { client: api.client(at).bearer(reply.body.accessToken) };
  };
  return {
    nobody: api.client(at),
    asOperator: () => login(api.credentials.superAdmin),
    as: (tenant: { slug: string; admin: unknown }) => login(tenant.admin, tenant.slug),
  };
};
let addresses = 0;
const anAddress = () => `203.0.113.${++addresses}`;

const starter = async () => {
  const tenant = await aTenant('STARTER').madeBy(operator);
  return { tenant, ...(await from(anAddress()).as(tenant)) };
};
const times = (count: number, ask: () => Promise<Reply>) => Promise.all(Array.from({ length: count }, ask));
const by = (replies: Reply[], status: number) => replies.filter((reply) => reply.status === status);

describe("A tenant's window", () => {
  it('of Starter has sixty places in any minute: the sixty-first request is refused, and told until when', async () => {
    const { client } = await starter();
    for (let i = 1; i <= 60; i++) {
      const { status, headers } = await client.get('/v1/me');
      expect([i, status, headers['x-ratelimit-limit'], headers['x-ratelimit-remaining']]).toEqual([
        i,
        200,
        '60',
        String(60 - i),
      ]);
      expect(headers['ratelimit-policy']).toBe('"tenant";q=60;w=60');
      expect(headers['ratelimit']).toMatch(new RegExp(`^"tenant";r=${60 - i};t=\\d+$`));
      expect(headers['x-ratelimit-reset']).toMatch(/^\d{10}$/);
    }
    const refused = await client.get('/v1/me');
    const { retryAfter } = expectProblem(refused, 'rate-limited');
    expect(retryAfter).toBeLessThanOrEqual(60);
    expect(refused.headers['x-ratelimit-remaining']).toBe('0');
    expect(refused.headers['ratelimit']).toMatch(/^"tenant";r=0;t=\d+$/);
    const wait = Number(refused.headers['x-ratelimit-reset']) - Math.floor(Date.now() / 1000);
    expect(wait).toBeLessThanOrEqual(61);
  });

  it('is one for all its routes, its people and its keys', async () => {
    const { tenant, client } = await starter();
    const overrides = { features: ['api_access'], reason: 'a test', expiresAt: '2099-01-01T00:00:00Z' };
    expect((await operator.patch(`/v1/admin/tenants/${tenant.id}`, { overrides })).status).toBe(200);
    const key = api.client({ 'x-api-key': await anApiKey(api.db, tenant.id, ['payments:read']) });
    const paths = ['/v1/me', '/v1/payments', '/v1/payments/stats', '/v1/usage', '/v1/payments/x'];
    for (let i = 0; i < 60; i++) {
      const { status } = await (i % 2 === 0 ? client : key).get(paths[i % paths.length]!);
      expect(status).not.toBe(429);
    }
    for (const path of paths) {
      expectProblem(await client.get(path), 'rate-limited');
      expectProblem(await key.get(path), 'rate-limited');
    }
    expectProblem(await client.post('/v1/payments', aPayment()), 'rate-limited');
  });

  it('admits sixty of a hundred and fifty requests sent at once', async () => {
    const { client } = await starter();
    const replies = await times(150, () => client.get('/v1/me'));
    expect([by(replies, 200).length, by(replies, 429).length]).toEqual([60, 90]);
    for (const reply of by(replies, 429)) expectProblem(reply, 'rate-limited');
  });

  it('is its own: a neighbour goes on', async () => {
    const [{ client }, neighbour] = [await starter(), await starter()];
    await times(70, () => client.get('/v1/me'));
    expectProblem(await client.get('/v1/me'), 'rate-limited');
    const { status, headers } = await neighbour.client.get('/v1/me');
    expect([status, headers['x-ratelimit-remaining']]).toEqual([200, '59']);
  });

  it('follows an override at once', async () => {
    const { tenant, client } = await starter();
    await times(61, () => client.get('/v1/me'));
    expectProblem(await client.get('/v1/me'), 'rate-limited');
    const overrides = { requestsPerMinute: 100, reason: 'a sale', expiresAt: '2099-01-01T00:00:00Z' };
    expect((await operator.patch(`/v1/admin/tenants/${tenant.id}`, { overrides })).status).toBe(200);
    const reply = await client.get('/v1/me');
    expect([reply.status, reply.headers['x-ratelimit-limit']]).toEqual([200, '100']);
  });

  it('is closed no longer for being asked again and again', async () => {
    const { client } = await starter();
    await times(60, () => client.get('/v1/me'));
    let wait = 61;
    for (let i = 0; i < 20; i++) {
      const { retryAfter } = expectProblem(await client.get('/v1/me'), 'rate-limited');
      expect(retryAfter).toBeLessThanOrEqual(wait);
      wait = retryAfter!;
    }
  });

  it('is taken by no request that names the tenant without its credential', async () => {
    const { tenant, client } = await starter();
    const stranger = from(anAddress()).nobody;
    for (let i = 0; i < 8; i++) {
      expectProblem(await stranger.get('/v1/me', { 'x-tenant-id': tenant.id }), 'unauthenticated');
      await stranger.post(
        '/v1/auth/login',
        { email: 'x@y.example', password: 'x' },
        { 'x-tenant-id': tenant.id },
      );
      await stranger.get('/v1/tenant/branding', { 'x-tenant-id': tenant.id });
    }
    expect((await client.get('/v1/me')).headers['x-ratelimit-remaining']).toBe('59');
  });
});

describe('Calls', () => {
  it('are what was admitted: neither 401 nor 429', async () => {
    const { tenant, client } = await starter();
    expectProblem(await client.get('/v1/me', { authorization: 'Bearer a.b.c' }), 'unauthenticated');
    expectProblem(await api.client({ 'x-tenant-id': tenant.id }).get('/v1/me'), 'unauthenticated');
    await times(70, () => client.get('/v1/me'));
    expectProblem(await client.get('/v1/usage'), 'rate-limited');
    const overrides = { requestsPerMinute: null, reason: 'a look', expiresAt: '2099-01-01T00:00:00Z' };
    await operator.patch(`/v1/admin/tenants/${tenant.id}`, { overrides });
    const usage = await until('the calls to be counted', async () => {
      const { body } = await client.get<Usage>('/v1/usage');
      return body.usage.apiCalls > 60 ? body.usage : undefined;
    });
    expect(usage.apiCalls).toBe(61);
  });
});

describe("An address's window", () => {
  it('holds what comes without a valid credential, public routes and protected ones together', async () => {
    const { nobody } = from(anAddress());
    const ask: ((i: number) => Promise<Reply>)[] = [
      () => nobody.get('/v1/me'),
      () => nobody.get('/v1/payments', { authorization: 'Bearer a.b.c' }),
      () => nobody.get('/v1/tenant/branding', { 'x-tenant-id': 'first-bank' }),
      (i) => nobody.post('/v1/auth/login', { email: `a${i}@b.example`, password: 'x' }),
      () => nobody.post('/v1/auth/refresh', { refreshToken: 'x' }),
    ];
    for (let i = 0; i < ANONYMOUS; i++) expect((await ask[i % ask.length]!(i)).status).not.toBe(429);
    for (const one of ask) expectProblem(await one(99), 'rate-limited');
    const refused = await nobody.get('/v1/me');
    expect(refused.headers).toMatchObject({
      'x-ratelimit-limit': String(ANONYMOUS),
      'ratelimit-policy': `"address";q=${ANONYMOUS};w=60`,
    });
  });

  it('is its own: another address goes on, and so does a good token from the same', async () => {
    const address = anAddress();
    const { client } = await from(address).as(api.demo('first-bank'));
    await times(40, () => from(address).nobody.get('/v1/me'));
    expectProblem(await from(address).nobody.get('/v1/me'), 'rate-limited');
    expectProblem(await from(anAddress()).nobody.get('/v1/me'), 'unauthenticated');
    expect((await client.get('/v1/me')).status).toBe(200);
  });

  it('is shared by an IPv6 network of the size that one customer has', async () => {
    await Promise.all(
      Array.from({ length: 30 }, (_, i) => from(`2001:db8:1:2::${i + 1}`).nobody.get('/v1/me')),
    );
    expectProblem(await from('2001:db8:1:2:ffff::1').nobody.get('/v1/me'), 'rate-limited');
    expectProblem(await from('2001:db8:1:3::1').nobody.get('/v1/me'), 'unauthenticated');
  });

  it('leaves health, metrics and docs alone', async () => {
    const { nobody } = from(anAddress());
    const replies = await times(60, () => nobody.get('/health/live'));
    expect(by(replies, 200)).toHaveLength(60);
    expect(replies[0]!.headers).not.toHaveProperty('x-ratelimit-limit');
  });
});

describe("A super-admin's window", () => {
  it('is one of a thousand', async () => {
    const { headers } = await operator.get('/v1/me');
    expect(headers['ratelimit-policy']).toBe('"super-admin";q=1000;w=60');
  });
});
