import { MongoClient } from 'mongodb';
import { SCOPES, type ResolvedTenant } from '@financeops/tenancy/context';
import { ApiKeyService } from '../api-keys/api-key.service';
import { SuperAdminService } from '../super-admins/super-admin.service';
import { authBench, type AuthBench } from '../testing/auth-bench';
import { UserService } from '../users/user.service';

const ADA = { email: 'ada@bank.example', password: 'a password of some length' };
const OPERATOR = { email: 'operator@financeops.example', password: 'a password of some length' };

let bench: AuthBench;
let tenant: ResolvedTenant;
let userId: string;
beforeAll(async () => {
  bench = await authBench();
  tenant = await bench.tenant();
  const user = await bench.within(tenant, () =>
    bench.module.get(UserService).create({ ...ADA, role: 'VIEWER' }),
  );
  userId = user._id.toString();
  await bench.module.get(SuperAdminService).create(OPERATOR);
});
afterAll(() => bench.close());

type Headers = Record<string, string>;
const post = (path: string, payload: object, headers: Headers = {}) =>
  bench.app.inject({ method: 'POST', url: `/v1/auth/${path}`, payload, headers });
const me = (headers: Headers) => bench.app.inject({ method: 'GET', url: '/v1/me', headers });
const named = () => ({ 'x-tenant-id': tenant.slug });
const login = async (credentials: object = ADA, headers: Headers = named()) =>
  (await post('login', credentials, headers)).json<{ accessToken: string; refreshToken: string }>();
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('POST /v1/auth/login', () => {
  it('answers with a pair that no cache keeps', async () => {
    const reply = await post('login', ADA, named());
    expect(reply.statusCode).toBe(200);
    expect(reply.headers['cache-control']).toBe('no-store');
    expect(reply.json()).toEqual({
      accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      refreshToken: expect.stringMatching(/^rt_[0-9a-f]{24}_[\w-]{43}$/),
      expiresIn: 900,
      tokenType: 'Bearer',
    });
  });

  it('names each field that is no text of the right length', async () => {
    const reply = await post(
      'login',
      { email: { $gt: '' }, password: 'x'.repeat(129), role: 'ADMIN' },
      named(),
    );
    expect(reply.statusCode).toBe(400);
    const { code, errors } = reply.json<{ code: string; errors: { pointer: string }[] }>();
    expect(code).toBe('validation-failed');
    expect(new Set(errors.map(({ pointer }) => pointer))).toEqual(new Set(['/email', '/password', '/role']));
  });

  it('refuses an invalid credential beside it, and a tenant that is nobody', async () => {
    expect((await post('login', ADA, { ...named(), ...bearer('x.y.z') })).statusCode).toBe(401);
    const reply = await post('login', ADA, { 'x-tenant-id': 'nobody-at-all' });
    expect([reply.statusCode, reply.json<{ code: string }>().code]).toEqual([404, 'tenant-not-found']);
  });
});

describe('GET /v1/me', () => {
  it('tells a user', async () => {
    const { accessToken } = await login();
    expect((await me(bearer(accessToken))).json()).toEqual({
      principal: { type: 'user', id: userId, email: ADA.email, role: 'VIEWER' },
      tenant: {
        id: tenant.id,
        slug: tenant.slug,
        tier: 'ENTERPRISE',
        features: tenant.getEffectiveLimits().features,
      },
      resolvedVia: 'jwt',
    });
  });

  it('tells an API key, with and without X-Tenant-ID', async () => {
    const { key, secret } = await bench.within(tenant, () =>
      bench.module.get(ApiKeyService).create({ name: 'server', scopes: [...SCOPES] }),
    );
    const reply = await me({ 'x-api-key': secret });
    expect(reply.json()).toMatchObject({
      principal: { type: 'api-key', id: key._id.toString(), scopes: [...SCOPES] },
      tenant: { id: tenant.id },
      resolvedVia: 'api-key',
    });
    expect((await me({ 'x-api-key': secret, ...named() })).json()).toMatchObject({ resolvedVia: 'header' });
  });

  it('tells a super-admin, of no tenant', async () => {
    const { accessToken } = await login(OPERATOR, {});
    expect((await me(bearer(accessToken))).json()).toEqual({
      principal: {
        type: 'super-admin',
        id: expect.any(String),
        email: OPERATOR.email,
        role: 'SUPER_ADMIN',
      },
      tenant: null,
      resolvedVia: null,
    });
  });

  it('is a 401 without a credential, and with a wrong one, whatever tenant is named', async () => {
    for (const headers of [{}, bearer('x.y.z'), { 'x-api-key': 'sk_x' }, { authorization: 'Basic YTpi' }]) {
      expect((await me({ ...headers, ...named() } as Headers)).statusCode).toBe(401);
    }
  });
});

describe('POST /v1/auth/refresh', () => {
  it('answers with the next pair, whatever Authorization header came along', async () => {
    const { refreshToken } = await login();
    const reply = await post('refresh', { refreshToken }, bearer('an.expired.one'));
    expect(reply.statusCode).toBe(200);
    expect(reply.headers['cache-control']).toBe('no-store');
    expect((await me(bearer(reply.json<{ accessToken: string }>().accessToken))).statusCode).toBe(200);
  });

  it('goes with its own tenant named, and without', async () => {
    let { refreshToken } = await login();
    for (const headers of [named(), { 'x-tenant-id': tenant.id }, {}] as Headers[]) {
      const reply = await post('refresh', { refreshToken }, headers);
      expect(reply.statusCode).toBe(200);
      ({ refreshToken } = reply.json<{ refreshToken: string }>());
    }
  });

  it("refuses another tenant's name or nobody's, puts it on record, and spends nothing", async () => {
    const other = await bench.tenant();
    const { refreshToken } = await login();
    const operator = await login(OPERATOR, {});
    for (const headers of [
      { 'x-tenant-id': other.slug },
      { 'x-tenant-id': 'nobody-at-all' },
      { host: `${other.slug}.financeops.localhost` },
      { host: 'pay.nobody.example' },
    ] as Headers[]) {
      const reply = await post('refresh', { refreshToken }, headers);
      expect([reply.statusCode, reply.json<{ code: string }>().code]).toEqual([403, 'tenant-mismatch']);
    }
    expect((await post('refresh', operator, named())).statusCode).toBe(400);
    const reply = await post('refresh', { refreshToken: operator.refreshToken }, named());
    expect([reply.statusCode, reply.json<{ code: string }>().code]).toEqual([403, 'tenant-mismatch']);
    const client = await MongoClient.connect(process.env['TEST_MONGODB_URI']!);
    const events = await client
      .db(bench.connection.name)
      .collection('audit_events')
      .find({ action: 'tenant.mismatch' })
      .toArray();
    await client.close();
    expect(events.map((event) => event['tenantId']?.toString() ?? null)).toEqual([
      ...Array<string>(4).fill(tenant.id),
      null,
    ]);
    expect((await post('refresh', { refreshToken })).statusCode).toBe(200);
  });

  it('is a 400 without a text, and a 401 with any text that is no live token', async () => {
    expect((await post('refresh', { refreshToken: { $ne: null } })).statusCode).toBe(400);
    expect((await post('refresh', {})).statusCode).toBe(400);
    expect((await post('refresh', { refreshToken: 'x' })).statusCode).toBe(401);
  });
});

describe('POST /v1/auth/logout', () => {
  it('is a 204 as often as one likes, and ends the session', async () => {
    const { refreshToken } = await login();
    for (let times = 0; times < 2; times += 1) {
      const reply = await post('logout', { refreshToken }, bearer('an.expired.one'));
      expect([reply.statusCode, reply.body]).toEqual([204, '']);
    }
    expect((await post('refresh', { refreshToken })).statusCode).toBe(401);
  });

  it('is a 401 for what is no refresh token', async () => {
    expect((await post('logout', { refreshToken: 'x' })).statusCode).toBe(401);
  });
});
