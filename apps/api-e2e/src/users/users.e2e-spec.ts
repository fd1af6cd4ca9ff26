import { randomBytes } from 'node:crypto';
import {
  aTenant,
  START_TIMEOUT_MS,
  startApi,
  type ApiClient,
  type BuiltTenant,
  type Reply,
  type RunningApi,
} from '@financeops/testing';
import { expectProblem } from '../support/problem';
import type { Page } from '../support/views';

interface User {
  id: string;
  tenantId: string;
  email: string;
  name: string | null;
  role: string;
  createdAt: string;
  updatedAt: string;
}

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

const PASSWORD = 'a password of some length';
const aUser = (over: Record<string, unknown> = {}) => ({
  email: `${randomBytes(5).toString('hex')}@bank.example`,
  password: PASSWORD,
  role: 'VIEWER',
  ...over,
});
const create = async (over: Record<string, unknown> = {}): Promise<User> => {
  const reply = await admin.post<User>('/v1/users', aUser(over));
  expect([reply.status, reply.text]).toEqual([201, expect.any(String)]);
  return reply.body;
};
const me = async () => (await admin.get<{ principal: { id: string } }>('/v1/me')).body.principal.id;
const loginAs = async ({ email }: { email: string }, password = PASSWORD) =>
  api.client().bearer((await api.login({ email, password }, tenant.slug)).accessToken);
const events = (filter: Record<string, unknown> = {}) =>
  api.db
    .collection('audit_events')
    .find({ action: /^user\./, ...filter })
    .toArray();

describe('A new user', () => {
  it('is answered with 201, its Location and the whole object, without its password', async () => {
    const reply = await admin.post<User>('/v1/users', aUser({ email: 'Ada@Bank.Example', name: 'Ada' }));
    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/) as unknown,
      tenantId: tenant.id,
      email: 'ada@bank.example',
      name: 'Ada',
      role: 'VIEWER',
      createdAt: expect.stringMatching(/Z$/) as unknown,
      updatedAt: expect.stringMatching(/Z$/) as unknown,
    });
    expect(reply.headers.location).toBe(`/v1/users/${reply.body.id}`);
    expect((await admin.get<User>(reply.headers.location!)).body).toEqual(reply.body);
    expect((await (await loginAs(reply.body)).get('/v1/me')).status).toBe(200);
  });

  it('has no name unless told', async () => {
    expect(await create()).toMatchObject({ name: null });
    expect(await create({ name: null })).toMatchObject({ name: null });
  });

  it("can't have an e-mail of another of the tenant, in whatever case, and can have a neighbour's", async () => {
    const { email } = await create();
    expectProblem(await admin.post('/v1/users', aUser({ email: email.toUpperCase() })), 'conflict');
    const neighbour = await api.as(await aTenant().madeBy(operator));
    expect((await neighbour.post('/v1/users', aUser({ email }))).status).toBe(201);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['SUPER_ADMIN as a role', { role: 'SUPER_ADMIN' }, '/role'],
    ['a role in lower case', { role: 'admin' }, '/role'],
    ['no role', { role: undefined }, '/role'],
    ['two roles', { role: ['ADMIN'] }, '/role'],
    ['no e-mail', { email: undefined }, '/email'],
    ['an e-mail that is none', { email: 'nobody' }, '/email'],
    ['an operator for an e-mail', { email: { $gt: '' } }, '/email'],
    ['a password of 11 characters', { password: 'eleven char' }, '/password'],
    ['a password of 129 characters', { password: 'x'.repeat(129) }, '/password'],
    ['a number for a password', { password: 123456789012 }, '/password'],
    ['an empty name', { name: '' }, '/name'],
    ['a name with a control character', { name: 'A\u0000da' }, '/name'],
    ['a tenant', { tenantId: 'f'.repeat(24) }, '/tenantId'],
    ['an id', { id: 'f'.repeat(24) }, '/id'],
    ['a hash', { passwordHash: 'x' }, '/passwordHash'],
    ['constructor', { constructor: 1 }, '/constructor'],
  ])('with %s is refused and not stored', async (_what, over, pointer) => {
    const before = await api.db.collection('users').countDocuments();
    expectProblem(await admin.post('/v1/users', aUser(over)), 'validation-failed', { pointers: [pointer] });
    expect(await api.db.collection('users').countDocuments()).toBe(before);
  });

  it.each(['x'.repeat(12), 'x'.repeat(128)])('can have the password %j', async (password) => {
    const user = await create({ password });
    expect((await (await loginAs(user, password)).get('/v1/me')).status).toBe(200);
  });
});

describe('The list of users', () => {
  it('has the newest first, page by page, and only the own tenant’s', async () => {
    const made: User[] = [];
    for (let i = 0; i < 4; i++) made.push(await create());
    const seen: User[] = [];
    let cursor = '';
    for (const size of [2, 2, 1]) {
      const { body } = await admin.get<Page<User>>(`/v1/users?limit=2${cursor}`);
      expect(body.data).toHaveLength(size);
      seen.push(...body.data);
      if (size === 1) expect(body.nextCursor).toBeNull();
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(seen.slice(0, 4)).toEqual(made.toReversed());
    expect(seen[4]).toMatchObject({ id: await me(), role: 'ADMIN' });
    expect(JSON.stringify(seen)).not.toMatch(/hash|argon/i);
  });

  it('takes no cursor of another tenant or list, and no unknown parameter', async () => {
    await create();
    const { body } = await admin.get<Page<User>>('/v1/users?limit=1');
    const neighbour = await api.as(await aTenant().madeBy(operator));
    const foreign = await neighbour.get(`/v1/users?cursor=${body.nextCursor}`);
    expectProblem(foreign, 'validation-failed', { parameters: ['cursor'] });
    const otherList = await admin.get(`/v1/payments?cursor=${body.nextCursor}`);
    expectProblem(otherList, 'validation-failed', { parameters: ['cursor'] });
    expectProblem(await admin.get('/v1/users?role=ADMIN'), 'validation-failed', { parameters: ['role'] });
  });
});

describe('A change of a user', () => {
  it('merges: what is not sent stays, and null takes the name away', async () => {
    const { id, ...user } = await create({ name: 'Ada' });
    const change = async (body: unknown) => (await admin.patch<User>(`/v1/users/${id}`, body)).body;
    expect(await change({ name: 'Ada L.' })).toMatchObject({
      email: user.email,
      name: 'Ada L.',
      role: 'VIEWER',
    });
    expect(await change({ role: 'ADMIN' })).toMatchObject({ name: 'Ada L.', role: 'ADMIN' });
    expect(await change({})).toMatchObject({ name: 'Ada L.', role: 'ADMIN' });
    expect(await change({ name: null })).toMatchObject({ name: null, role: 'ADMIN' });
  });

  it('of the password lets in with the new one alone', async () => {
    const user = await create();
    const password = 'another one, as long as that';
    const reply = await admin.patch<User>(`/v1/users/${user.id}`, { password });
    expect(reply.status).toBe(200);
    expect(reply.text).not.toContain(password);
    await expect(loginAs(user)).rejects.toThrow('401');
    expect((await (await loginAs(user, password)).get('/v1/me')).status).toBe(200);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['the e-mail', { email: 'other@bank.example' }, '/email'],
    ['the role to SUPER_ADMIN', { role: 'SUPER_ADMIN' }, '/role'],
    ['the role to null', { role: null }, '/role'],
    ['the password to null', { password: null }, '/password'],
    ['the password to a short one', { password: 'short' }, '/password'],
    ['the tenant', { tenantId: 'f'.repeat(24) }, '/tenantId'],
  ])('of %s is refused', async (_what, body, pointer) => {
    const { id } = await create();
    expectProblem(await admin.patch(`/v1/users/${id}`, body), 'validation-failed', { pointers: [pointer] });
  });
});

describe('A removed user', () => {
  it('is gone; the e-mail and the seat are free again', async () => {
    const user = await create();
    const reply = await admin.delete(`/v1/users/${user.id}`);
    expect([reply.status, reply.text]).toEqual([204, '']);
    expectProblem(await admin.get(`/v1/users/${user.id}`), 'not-found');
    expectProblem(await admin.patch(`/v1/users/${user.id}`, { name: 'x' }), 'not-found');
    expectProblem(await admin.delete(`/v1/users/${user.id}`), 'not-found');
    await expect(loginAs(user)).rejects.toThrow('401');
    const again = await create({ email: user.email });
    expect(again.id).not.toBe(user.id);
  });

  it('may be oneself, unless one is the last ADMIN', async () => {
    const id = await me();
    expectProblem(await admin.delete(`/v1/users/${id}`), 'invalid-state');
    expectProblem(await admin.patch(`/v1/users/${id}`, { role: 'VIEWER' }), 'invalid-state');
    await create({ role: 'ADMIN' });
    expect((await admin.delete(`/v1/users/${id}`)).status).toBe(204);
  });
});

describe('Users are out of reach', () => {
  const everything = (client: ApiClient, id: string): Promise<Reply>[] => [
    client.get('/v1/users'),
    client.post('/v1/users', aUser()),
    client.get(`/v1/users/${id}`),
    client.patch(`/v1/users/${id}`, { name: 'x' }),
    client.delete(`/v1/users/${id}`),
  ];

  it('for VIEWERs and API keys', async () => {
    const { id } = await create();
    const viewer = await loginAs(await create());
    const { body } = await admin.post<{ secret: string }>('/v1/api-keys', {
      name: 'server',
      scopes: ['payments:read', 'payments:write'],
    });
    const key = api.client({ 'x-api-key': body.secret });
    for (const client of [viewer, key]) {
      for (const reply of await Promise.all(everything(client, id))) expectProblem(reply, 'forbidden');
    }
    for (const reply of await Promise.all(everything(api.client(), id)))
      expectProblem(reply, 'unauthenticated');
    for (const reply of await Promise.all(everything(operator, id))) expectProblem(reply, 'tenant-required');
  });

  it('for a neighbour, as if they were not there', async () => {
    const { id } = await create();
    const neighbour = await api.as(await aTenant().madeBy(operator));
    for (const path of [id, 'f'.repeat(24), 'nonsense']) {
      const [, , ...byId] = everything(neighbour, path);
      for (const reply of await Promise.all(byId)) expectProblem(reply, 'not-found');
    }
    expect((await admin.get(`/v1/users/${id}`)).status).toBe(200);
  });
});

describe('The user limit', () => {
  it('of a Starter is ten, and a higher one comes with the tier', async () => {
    tenant = await aTenant('STARTER').unlimited().madeBy(operator);
    admin = await api.as(tenant);
    for (let seats = 1; seats < 10; seats++) await create();
    expectProblem(await admin.post('/v1/users', aUser()), 'user-limit-reached');
    await operator.patch(`/v1/admin/tenants/${tenant.id}`, { tier: 'PROFESSIONAL' });
    const eleventh = await create();
    await operator.patch(`/v1/admin/tenants/${tenant.id}`, { tier: 'STARTER' });
    // Who is there stays, and works; nobody is added.
    expect((await (await loginAs(eleventh)).get('/v1/payments')).status).toBe(200);
    expectProblem(await admin.post('/v1/users', aUser()), 'user-limit-reached');
    await admin.delete(`/v1/users/${eleventh.id}`);
    expectProblem(await admin.post('/v1/users', aUser()), 'user-limit-reached');
  });
});

describe('The audit log', () => {
  it('has what was done to users and who read their records, and no data of theirs', async () => {
    const [actor, user] = [await me(), await create({ name: 'Ada Lovelace' })];
    await admin.get(`/v1/users/${user.id}`);
    await admin.get(`/v1/users/${actor}`);
    await admin.get('/v1/users');
    await admin.patch(`/v1/users/${user.id}`, { role: 'ADMIN', password: 'another one, as long' });
    await admin.delete(`/v1/users/${user.id}`);
    const found = await events({ 'actor.id': actor });
    const resource = { type: 'user', id: user.id, ownerId: user.id };
    expect(found.map(({ action, resource, details }) => ({ action, resource, details }) as unknown)).toEqual([
      { action: 'user.created', resource, details: { role: 'VIEWER' } },
      { action: 'user.read', resource, details: {} },
      { action: 'user.read', resource: null, details: { resources: [resource] } },
      {
        action: 'user.updated',
        resource,
        details: { fields: ['role', 'password'], role: { from: 'VIEWER', to: 'ADMIN' } },
      },
      { action: 'user.deleted', resource, details: {} },
    ]);
    expect(JSON.stringify(found)).not.toMatch(/@|Lovelace|another one/);
    for (const event of found) expect(String(event['tenantId'])).toBe(tenant.id);
  });
});
