import {
  aPayment,
  aTenant,
  START_TIMEOUT_MS,
  startApi,
  until,
  type ApiClient,
  type BuiltTenant,
  type Reply,
  type RunningApi,
} from '@financeops/testing';
import { expectProblem } from '../support/problem';
import type { Page } from '../support/views';

interface ApiKey {
  id: string;
  tenantId: string;
  name: string;
  prefix: string;
  scopes: string[];
  expiresAt: string | null;
  lastUsedAt: string | null;
  createdAt: string;
  updatedAt: string;
}
type CreatedApiKey = ApiKey & { secret: string };

let api: RunningApi;
let operator: ApiClient;
let tenant: BuiltTenant;
let admin: ApiClient;
beforeAll(async () => {
  api = await startApi();
  operator = await api.asOperator();
}, START_TIMEOUT_MS);
beforeEach(async () => {
  tenant = await aTenant().unlimited().madeBy(operator);
  admin = await api.as(tenant);
});
afterAll(() => api?.stop());

const HOUR_MS = 3_600_000;
const aKey = (over: Record<string, unknown> = {}) => ({
  name: 'Shop server',
  scopes: ['payments:read'],
  ...over,
});
const create = async (over: Record<string, unknown> = {}): Promise<CreatedApiKey> => {
  const reply = await admin.post<CreatedApiKey>('/v1/api-keys', aKey(over));
  expect([reply.status, reply.text]).toEqual([201, expect.any(String)]);
  return reply.body;
};
const withKey = ({ secret }: { secret: string }) => api.client({ 'x-api-key': secret });
const read = async (id: string) => (await admin.get<ApiKey>(`/v1/api-keys/${id}`)).body;
const downgrade = () =>
  operator.patch(`/v1/admin/tenants/${tenant.id}`, { tier: 'PROFESSIONAL', overrides: null });

describe('A new API key', () => {
  it('is answered with 201, its Location, the whole object and, this once, its secret', async () => {
    const expiresAt = new Date(Date.now() + HOUR_MS).toISOString();
    const scopes = ['payments:write', 'payments:read'];
    const reply = await admin.post<CreatedApiKey>('/v1/api-keys', aKey({ scopes, expiresAt }));
    const { secret, ...key } = reply.body;
    expect(reply.status).toBe(201);
    expect(key).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/) as unknown,
      tenantId: tenant.id,
      name: 'Shop server',
      prefix: expect.any(String) as unknown,
      scopes,
      expiresAt,
      lastUsedAt: null,
      createdAt: expect.stringMatching(/Z$/) as unknown,
      updatedAt: expect.stringMatching(/Z$/) as unknown,
    });
    expect(secret).toMatch(new RegExp(`^sk_${key.prefix}_[0-9a-f]{64}$`));
    expect(reply.headers.location).toBe(`/v1/api-keys/${key.id}`);
    expect(await read(key.id)).toEqual(key);
    const stored = await api.db.collection('api_keys').find({ prefix: key.prefix }).toArray();
    expect(stored).toHaveLength(1);
    expect(JSON.stringify(stored)).not.toContain(secret.split('_')[2]);
  });

  it('does what its scopes allow, alone and with its tenant in X-Tenant-ID', async () => {
    const [reader, writer] = [await create(), await create({ scopes: ['payments:write'] })];
    for (const header of [{}, { 'x-tenant-id': tenant.slug }, { 'x-tenant-id': tenant.id }]) {
      expect((await withKey(reader).get('/v1/payments', header)).status).toBe(200);
      expectProblem(await withKey(reader).post('/v1/payments', aPayment(), header), 'forbidden');
      expect((await withKey(writer).post('/v1/payments', aPayment(), header)).status).toBe(201);
      expectProblem(await withKey(writer).get('/v1/payments', header), 'forbidden');
      expect((await withKey(writer).get('/v1/usage', header)).status).toBe(200);
      expectProblem(await withKey(writer).get('/v1/tenant', header), 'forbidden');
    }
    expectProblem(await withKey(reader).get('/v1/me', { 'x-tenant-id': 'first-bank' }), 'unauthenticated');
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no name', { name: undefined }, '/name'],
    ['an empty name', { name: '' }, '/name'],
    ['an operator for a name', { name: { $gt: '' } }, '/name'],
    ['no scopes', { scopes: undefined }, '/scopes'],
    ['an empty list of scopes', { scopes: [] }, '/scopes'],
    ['an unknown scope', { scopes: ['payments:read', 'users:write'] }, '/scopes'],
    ['a text for scopes', { scopes: 'payments:read' }, '/scopes'],
    ['an expiry in the past', { expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
    ['an expiry on a day that is none', { expiresAt: '2099-02-30T00:00:00Z' }, '/expiresAt'],
    ['an expiry that is no time', { expiresAt: 'tomorrow' }, '/expiresAt'],
    ['a number for an expiry', { expiresAt: 4102444800 }, '/expiresAt'],
    ['a secret', { secret: 'x' }, '/secret'],
    ['a tenant', { tenantId: 'f'.repeat(24) }, '/tenantId'],
  ])('with %s is refused', async (_what, over, pointer) => {
    expectProblem(await admin.post('/v1/api-keys', aKey(over)), 'validation-failed', { pointers: [pointer] });
  });

  it('ends at its expiry, and is still shown', async () => {
    const key = await create({ expiresAt: new Date(Date.now() + 1_000).toISOString() });
    expect((await withKey(key).get('/v1/payments')).status).toBe(200);
    await until('the key to expire', async () => (await withKey(key).get('/v1/payments')).status === 401);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(key.expiresAt!));
    expect(await read(key.id)).toMatchObject({ id: key.id });
    expectProblem(await admin.post(`/v1/api-keys/${key.id}/roll`), 'invalid-state');
  });

  it('notes when it was last used, and not at every use', async () => {
    const key = await create();
    await withKey(key).get('/v1/payments');
    const used = await until('the use to be noted', async () => (await read(key.id)).lastUsedAt);
    expect(Date.parse(used)).toBeGreaterThanOrEqual(Date.parse(key.createdAt));
    for (let i = 0; i < 5; i++) await withKey(key).get('/v1/payments');
    expect((await read(key.id)).lastUsedAt).toBe(used);
  });
});

describe('The list of API keys', () => {
  it('has the newest first, page by page, without secrets', async () => {
    const made: CreatedApiKey[] = [];
    for (let i = 0; i < 3; i++) made.push(await create({ name: `Server ${i}` }));
    const first = await admin.get<Page<ApiKey>>('/v1/api-keys?limit=2');
    const second = await admin.get<Page<ApiKey>>(`/v1/api-keys?limit=2&cursor=${first.body.nextCursor}`);
    const keys = [...first.body.data, ...second.body.data];
    expect(keys).toEqual(made.map(({ secret: _, ...key }) => key).toReversed());
    expect(second.body.nextCursor).toBeNull();
    const users = await admin.get(`/v1/users?cursor=${first.body.nextCursor}`);
    expectProblem(users, 'validation-failed', { parameters: ['cursor'] });
  });
});

describe('A revoked API key', () => {
  it('is refused from then on, and gone', async () => {
    const [kept, key] = [await create(), await create()];
    expect((await withKey(key).get('/v1/payments')).status).toBe(200);
    const reply = await admin.delete(`/v1/api-keys/${key.id}`);
    expect([reply.status, reply.text]).toEqual([204, '']);
    expectProblem(await withKey(key).get('/v1/payments'), 'unauthenticated');
    for (const again of [
      await admin.get(`/v1/api-keys/${key.id}`),
      await admin.delete(`/v1/api-keys/${key.id}`),
      await admin.post(`/v1/api-keys/${key.id}/roll`),
    ]) {
      expectProblem(again, 'not-found');
    }
    const { body } = await admin.get<Page<ApiKey>>('/v1/api-keys');
    expect(body.data.map(({ id }) => id)).toEqual([kept.id]);
  });
});

describe('A rolled API key', () => {
  const roll = ({ id }: ApiKey, body?: unknown) => admin.post<CreatedApiKey>(`/v1/api-keys/${id}/roll`, body);

  it.each([undefined, {}, { overlapSeconds: 0 }])(
    'with %j is over at once; its successor works',
    async (body) => {
      const old = await create({ scopes: ['payments:write', 'payments:read'] });
      const reply = await roll(old, body);
      expect([reply.status, reply.headers.location]).toEqual([201, `/v1/api-keys/${reply.body.id}`]);
      const { name, scopes, expiresAt } = old;
      expect(reply.body).toMatchObject({ name, scopes, expiresAt, lastUsedAt: null });
      for (const member of ['id', 'prefix', 'secret'] as const)
        expect(reply.body[member]).not.toBe(old[member]);
      expect((await withKey(reply.body).get('/v1/payments')).status).toBe(200);
      expectProblem(await withKey(old).get('/v1/payments'), 'unauthenticated');
      expectProblem(await admin.get(`/v1/api-keys/${old.id}`), 'not-found');
    },
  );

  it('works on beside its successor for its overlap, which it shows as its expiry', async () => {
    const old = await create();
    const begun = Date.now();
    const { body: next } = await roll(old, { overlapSeconds: 2 });
    for (const key of [old, next]) expect((await withKey(key).get('/v1/payments')).status).toBe(200);
    const { expiresAt } = await read(old.id);
    expect(Date.parse(expiresAt!)).toBeGreaterThanOrEqual(begun + 2_000);
    expectProblem(await roll(old, { overlapSeconds: 2 }), 'invalid-state');
    await until('the overlap to end', async () => (await withKey(old).get('/v1/payments')).status === 401);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expiresAt!));
    expectProblem(await admin.get(`/v1/api-keys/${old.id}`), 'not-found');
    expect((await withKey(next).get('/v1/payments')).status).toBe(200);
  });

  it.each([-1, 604_801, 1.5, '60', null])('takes no overlap of %j', async (overlapSeconds) => {
    const reply = await roll(await create(), { overlapSeconds });
    expectProblem(reply, 'validation-failed', { pointers: ['/overlapSeconds'] });
  });

  it('takes a week', async () => {
    expect((await roll(await create(), { overlapSeconds: 604_800 })).status).toBe(201);
  });
});

describe('API keys are out of reach', () => {
  const everything = (client: ApiClient, id: string): Promise<Reply>[] => [
    client.post('/v1/api-keys', aKey()),
    client.get('/v1/api-keys'),
    client.get(`/v1/api-keys/${id}`),
    client.post(`/v1/api-keys/${id}/roll`),
    client.delete(`/v1/api-keys/${id}`),
  ];

  it('for VIEWERs, API keys and nobody', async () => {
    const key = await create({ scopes: ['payments:read', 'payments:write'] });
    const viewer = await api.as(api.demo('first-bank'), 'viewer');
    for (const client of [viewer, withKey(key)]) {
      for (const reply of await Promise.all(everything(client, key.id))) expectProblem(reply, 'forbidden');
    }
    for (const reply of await Promise.all(everything(api.client(), key.id))) {
      expectProblem(reply, 'unauthenticated');
    }
  });

  it('for a neighbour, as if they were not there', async () => {
    const key = await create();
    const neighbour = await api.as(await aTenant().madeBy(operator));
    for (const id of [key.id, 'f'.repeat(24), 'nonsense']) {
      const [, , ...byId] = everything(neighbour, id);
      for (const reply of await Promise.all(byId)) expectProblem(reply, 'not-found');
    }
    expect((await withKey(key).get('/v1/payments')).status).toBe(200);
  });

  it('for a tenant without api_access that has none', async () => {
    for (const tier of ['STARTER', 'PROFESSIONAL'] as const) {
      const client = await api.as(await aTenant(tier).madeBy(operator));
      for (const reply of await Promise.all(everything(client, 'f'.repeat(24)))) {
        expectProblem(reply, 'feature-not-in-tier');
      }
    }
  });
});

describe('A tenant that loses api_access', () => {
  it('keeps its keys, of no use, to look at and to revoke, and gets no more', async () => {
    const [one, other] = [await create(), await create()];
    await downgrade();
    expectProblem(await withKey(one).get('/v1/payments'), 'feature-not-in-tier');
    expectProblem(await withKey(one).get('/v1/me'), 'feature-not-in-tier');
    expectProblem(await admin.post('/v1/api-keys', aKey()), 'feature-not-in-tier');
    expectProblem(await admin.post(`/v1/api-keys/${one.id}/roll`), 'feature-not-in-tier');
    expect((await admin.get<Page<ApiKey>>('/v1/api-keys')).body.data).toHaveLength(2);
    expect(await read(one.id)).toMatchObject({ id: one.id });
    for (const key of [one, other]) expect((await admin.delete(`/v1/api-keys/${key.id}`)).status).toBe(204);
    expectProblem(await admin.get('/v1/api-keys'), 'feature-not-in-tier');
    expectProblem(await withKey(one).get('/v1/payments'), 'unauthenticated');
  });

  it('has them back with the feature', async () => {
    const key = await create();
    await downgrade();
    expectProblem(await withKey(key).get('/v1/payments'), 'feature-not-in-tier');
    await operator.patch(`/v1/admin/tenants/${tenant.id}`, { tier: 'ENTERPRISE' });
    expect((await withKey(key).get('/v1/payments')).status).toBe(200);
  });
});

it('The audit log has what was done to keys, and no secret; the log of the process has none either', async () => {
  const key = await create();
  const { body: next } = await admin.post<CreatedApiKey>(`/v1/api-keys/${key.id}/roll`, {
    overlapSeconds: 60,
  });
  await withKey(next).get('/v1/payments');
  await admin.delete(`/v1/api-keys/${next.id}`);
  const found = await api.db
    .collection('audit_events')
    .find({ action: /^api-key\./ })
    .toArray();
  const own = found.filter(({ tenantId }) => String(tenantId) === tenant.id);
  expect(own.map(({ action, resource, details }) => ({ action, resource, details }) as unknown)).toEqual([
    {
      action: 'api-key.created',
      resource: { type: 'api-key', id: key.id, ownerId: null },
      details: { scopes: ['payments:read'], expiresAt: null },
    },
    {
      action: 'api-key.rolled',
      resource: { type: 'api-key', id: key.id, ownerId: null },
      details: { successor: next.id, overlapSeconds: 60 },
    },
    {
      action: 'api-key.revoked',
      resource: { type: 'api-key', id: next.id, ownerId: null },
      details: {},
    },
  ]);
  const log = await api.log();
  for (const { secret } of [key, next]) {
    const part = secret.split('_')[2]!;
    expect(JSON.stringify(found)).not.toContain(part);
    expect(log).not.toContain(part);
  }
});
