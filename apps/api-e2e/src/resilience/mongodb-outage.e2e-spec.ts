import {
  aPayment,
  aTenant,
  START_TIMEOUT_MS,
  startApi,
  until,
  type ApiClient,
  type FaultyProxy,
  type RunningApi,
} from '@financeops/testing';
import { expectProblem } from '../support/problem';

let api: RunningApi;
let mongodb: FaultyProxy;
let admin: ApiClient;

beforeAll(async () => {
  api = await startApi({ faulty: ['mongodb'] });
  mongodb = api.databases.proxy('mongodb');
  admin = await api.as(
    await aTenant()
      .unlimited()
      .madeBy(await api.asOperator()),
  );
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

const readyIs = (status: number) =>
  until(
    `ready to answer ${status}`,
    async () => (await api.client().get('/health/ready')).status === status,
    {
      withinMs: 30_000,
    },
  );

describe('With MongoDB gone', () => {
  it('requests get a 503 that says when to try again, and the process is not ready; back, it recovers by itself', async () => {
    const before = await admin.post<{ id: string }>('/v1/payments', aPayment());
    expect(before.status).toBe(201);

    await mongodb.cut();
    await readyIs(503);
    const ready = await api.client().get('/health/ready');
    expect(ready.body).toEqual({ status: 'unavailable', checks: { mongodb: 'down', redis: 'up' } });
    expect(ready.headers['retry-after']).toMatch(/^\d+$/);
    expect((await api.client().get('/health/live')).status).toBe(200);
    const order = aPayment();
    for (const ask of [
      () => admin.get('/v1/payments'),
      () => admin.get(`/v1/payments/${before.body.id}`),
      () => admin.post('/v1/payments', order),
      () => admin.post('/v1/payments', order, { 'idempotency-key': 'mongodb-gone' }),
      () => api.client({ 'x-tenant-id': 'first-bank' }).post('/v1/auth/login', api.demo('first-bank').admin),
      () => api.client({ 'x-tenant-id': 'never-asked-for' }).get('/v1/tenant/branding'),
    ]) {
      expectProblem(await ask(), 'unavailable');
    }

    await mongodb.restore();
    await readyIs(200);
    await until('payments to be read again', async () => (await admin.get('/v1/payments')).status === 200);
    expect((await admin.get(`/v1/payments/${before.body.id}`)).body).toEqual(before.body);
    const made = await until('payments to be made again', async () => {
      const reply = await admin.post('/v1/payments', order, { 'idempotency-key': 'mongodb-gone' });
      return reply.status === 201 ? reply : undefined;
    });
    expect(made.headers['idempotency-replayed']).toBeUndefined();
    expect(await api.db.collection('payments').countDocuments({ reference: order['reference'] })).toBe(1);
    expect((await api.as(api.demo('first-bank'), 'viewer')).headers['authorization']).toMatch(/^Bearer /);
  });

  it('in the midst of parallel payments every one of them is answered, and those acknowledged are there', async () => {
    const orders = Array.from({ length: 60 }, (_, i) => ({
      order: aPayment(),
      key: { 'idempotency-key': `cut-${i}` },
    }));
    let cut = false;
    const sent = orders.map(async ({ order, key }, i) => {
      if (i >= 30) await until('the cut', () => cut, { everyMs: 5 });
      return admin.post<{ id: string }>('/v1/payments', order, key);
    });
    await until('some to be stored', async () => (await api.db.collection('payments').countDocuments()) > 4, {
      everyMs: 5,
    });
    await mongodb.cut();
    cut = true;
    const replies = await Promise.all(sent);
    await mongodb.restore();
    for (const reply of replies) if (reply.status !== 201) expectProblem(reply, 'unavailable');
    await readyIs(200);
    for (const [i, { order, key }] of orders.entries()) {
      const again = await until(
        'the key to be answered',
        async () => {
          const reply = await admin.post<{ id: string }>('/v1/payments', order, key);
          return reply.status === 201 ? reply : undefined;
        },
        { withinMs: 55_000, everyMs: 250 },
      );
      if (replies[i]!.status === 201) expect(again.body.id).toBe(replies[i]!.body.id);
      const stored = await api.db.collection('payments').countDocuments({ reference: order['reference'] });
      expect(stored).toBe(1);
    }
  }, 120_000);
});
