import { randomBytes } from 'node:crypto';
import { ObjectId, type Db } from 'mongodb';
import {
  aPayment,
  aTenant,
  placeDedicated,
  START_TIMEOUT_MS,
  startApi,
  until,
  type ApiClient,
  type BuiltTenant,
  type RunningApi,
} from '@financeops/testing';
import { allItems, csvOf, ended, sendFile } from '../bulk/support';
import { expectProblem } from '../support/problem';

interface Payment {
  id: string;
  reference: string;
}

const TENANT_COLLECTIONS = [
  'api_keys',
  'bulk_payment_items',
  'bulk_payments',
  'idempotency_claims',
  'monthly_quotas',
  'payments',
  'users',
];

describe('A tenant with a database of its own', () => {
  let api: RunningApi;
  let operator: ApiClient;
  let tenant: BuiltTenant;
  let neighbour: BuiltTenant;
  let own: Db;
  let admin: ApiClient;
  let other: ApiClient;

  beforeAll(async () => {
    api = await startApi();
    await api.startWorker();
    operator = await api.asOperator();
    tenant = await aTenant('ENTERPRISE').unlimited().withQuota(20).madeBy(operator);
    neighbour = await aTenant('ENTERPRISE').unlimited().madeBy(operator);
    await placeDedicated(api, operator, tenant);
    own = api.databases.ofTenant(tenant.id);
    admin = await api.as(tenant);
    other = await api.as(neighbour);
  }, START_TIMEOUT_MS);
  afterAll(() => api?.stop());

  const pay = async (client: ApiClient, reference: string): Promise<Payment> => {
    const reply = await client.post<Payment>('/v1/payments', aPayment({ reference, amount: 100 }));
    expect(reply.status).toBe(201);
    return reply.body;
  };

  it('is shown as such to the operator, and stays where it is', async () => {
    const path = `/v1/admin/tenants/${tenant.id}`;
    expect((await operator.get(path)).body).toMatchObject({ placement: 'dedicated' });
    expect((await operator.patch(path, { placement: 'dedicated' })).status).toBe(200);
    expectProblem(await operator.patch(path, { placement: 'shared' }), 'invalid-state');
    expectProblem(
      await operator.patch(`/v1/admin/tenants/${neighbour.id}`, { placement: 'dedicated' }),
      'invalid-state',
    );
    expectProblem(await operator.patch(path, { placement: 'elsewhere' }), 'validation-failed');
    expect((await operator.get(path)).body).toMatchObject({ placement: 'dedicated' });
    expect((await operator.get(`/v1/admin/tenants/${neighbour.id}`)).body).toMatchObject({
      placement: 'shared',
    });
  });

  it('pays beside a neighbour of the shared one; neither sees anything of the other', async () => {
    const reference = `both-${randomBytes(4).toString('hex')}`;
    const [mine, theirs] = [await pay(admin, reference), await pay(other, reference)];
    expect(mine.id).not.toBe(theirs.id);
    for (const [client, seen, hidden] of [
      [admin, mine, theirs],
      [other, theirs, mine],
    ] as const) {
      expect((await client.get(`/v1/payments/${seen.id}`)).status).toBe(200);
      expectProblem(await client.get(`/v1/payments/${hidden.id}`), 'not-found');
      expectProblem(await client.delete(`/v1/payments/${hidden.id}`), 'not-found');
      const list = await client.get<{ data: Payment[] }>(`/v1/payments?reference=${reference}`);
      expect(list.body.data.map(({ id }) => id)).toEqual([seen.id]);
    }
    expectProblem(await admin.post('/v1/payments', aPayment({ reference })), 'reference-taken');
  });

  it('replays, deletes and restores as anybody', async () => {
    const order = aPayment({ amount: 100 });
    const key = { 'idempotency-key': randomBytes(6).toString('hex') };
    const first = await admin.post<Payment>('/v1/payments', order, key);
    const again = await admin.post<Payment>('/v1/payments', order, key);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.body).toEqual(first.body);
    expect((await admin.delete(`/v1/payments/${first.body.id}`)).status).toBe(204);
    expect((await admin.post(`/v1/payments/${first.body.id}/restore`)).status).toBe(200);
  });

  it('has API keys and users there', async () => {
    const made = await admin.post<{ secret: string }>('/v1/api-keys', {
      name: 'a key',
      scopes: ['payments:read', 'payments:write'],
    });
    expect(made.status).toBe(201);
    const key = api.client({ 'x-api-key': made.body.secret });
    await pay(key, `by-key-${randomBytes(4).toString('hex')}`);
    expectProblem(await key.get('/v1/payments', { 'x-tenant-id': neighbour.slug }), 'unauthenticated');
    const viewer = { email: 'viewer@example.com', password: randomBytes(12).toString('hex') };
    expect((await admin.post('/v1/users', { ...viewer, role: 'VIEWER' })).status).toBe(201);
    expect((await api.login(viewer, tenant.slug)).accessToken).toEqual(expect.any(String));
    expectProblem(
      await api.client({ 'x-tenant-id': neighbour.slug }).post('/v1/auth/login', viewer),
      'unauthenticated',
    );
  });

  it('has its payment files paid by the worker', async () => {
    const file = csvOf([1, 2, 3].map((n) => [`${n}-${randomBytes(4).toString('hex')}`, '1.00'] as const));
    const sent = await sendFile(admin, 'csv', file);
    expect(sent.status).toBe(202);
    expect(await ended(admin, sent.body.id)).toMatchObject({
      status: 'COMPLETED',
      counts: { completed: 3 },
    });
    const items = await allItems(admin, sent.body.id);
    expect(items.map(({ status }) => status)).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED']);
    expectProblem(await other.get(`/v1/bulk-payments/${sent.body.id}`), 'not-found');
  });

  it('has its log among everybody’s, complete and in order', async () => {
    interface Events {
      data: { action: string; tenantId: string }[];
    }
    await until('the logins to be on record', async () => {
      const { body } = await admin.get<Events>('/v1/audit-events?action=auth.login');
      return body.data.length > 0 && body.data.every(({ tenantId }) => tenantId === tenant.id);
    });
    expect((await admin.get('/v1/audit-events/verify')).body).toMatchObject({ valid: true });
  });

  it('pays no more than its quota under concurrency, and is billed what it paid', async () => {
    const paid = await own.collection('payments').countDocuments();
    const replies = await Promise.all(
      Array.from({ length: 25 }, () => admin.post('/v1/payments', aPayment({ amount: 100 }))),
    );
    const statuses = replies.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(20 - paid);
    expect(new Set(statuses)).toEqual(new Set([201, 429]));
    await until('the usage to be counted', async () => {
      const { body } = await admin.get<{ usage: { transactions: number } }>('/v1/usage');
      return body.usage.transactions === 20;
    });
  });

  it('is in the analytics of the platform, once', async () => {
    interface Figures {
      data: { tier: string; tenants: number; payments: number; amounts: { amount: number }[] }[];
    }
    for (let made = 0; made < 3; made += 1) {
      await pay(await api.as(await aTenant('ENTERPRISE').madeBy(operator)), 'the one');
    }
    // As if it had been moved, and what it left behind not cleared away.
    const left = { ...(await own.collection('payments').findOne({})), _id: new ObjectId() };
    await api.db.collection('payments').insertOne(left);
    const { body } = await operator.get<Figures>('/v1/admin/analytics');
    await api.db.collection('payments').deleteOne({ _id: left._id });
    const theirs = await api.db.collection('payments').countDocuments();
    expect(body.data).toEqual([
      {
        tier: 'ENTERPRISE',
        tenants: 5,
        payments: 20 + theirs,
        amounts: [{ currency: 'EUR', amount: 2_000 + 100 * theirs }],
      },
    ]);
  });

  it('has left nothing in the shared database, and the neighbour nothing in its own', async () => {
    const tenantId = new ObjectId(tenant.id);
    for (const name of TENANT_COLLECTIONS) {
      const counted = await Promise.all([
        api.db.collection(name).countDocuments({ tenantId }),
        own.collection(name).countDocuments({ tenantId: { $ne: tenantId } }),
      ]);
      expect([name, ...counted]).toEqual([name, 0, 0]);
      expect(await own.collection(name).countDocuments({ tenantId })).toBeGreaterThan(0);
    }
    const there = (await own.listCollections().toArray()).map(({ name }) => name);
    expect(there.sort()).toEqual(TENANT_COLLECTIONS);
  });

  it('is one open connection of each process', async () => {
    const { text } = await api.client().get('/metrics');
    expect(text).toMatch(/^tenant_connections_open 1$/m);
    expect(text).toMatch(/^tenant_connections_opened_total 1$/m);
  });
});
