import { ObjectId } from 'mongodb';
import {
  aPayment,
  aPaymentTold,
  aTenant,
  START_TIMEOUT_MS,
  startApi,
  until,
  type ApiClient,
  type RunningApi,
} from '@financeops/testing';
import { expectProblem } from '../support/problem';
import type { Page, Payment, Usage } from '../support/views';

let api: RunningApi;
let operator: ApiClient;

beforeAll(async () => {
  api = await startApi();
  operator = await api.asOperator();
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

/** Bytes of a tenant's documents, as MongoDB holds them. */
const stored = async (tenantId: string): Promise<number> => {
  let bytes = 0;
  for (const name of ['users', 'api_keys', 'payments', 'monthly_quotas']) {
    const documents = api.databases.db
      .collection(name)
      .find({ tenantId: new ObjectId(tenantId) }, { raw: true });
    for await (const document of documents) bytes += (document as unknown as Uint8Array).byteLength;
  }
  return bytes;
};

const usageOf = async (client: ApiClient, query = '') => (await client.get<Usage>(`/v1/usage${query}`)).body;

describe('Usage', () => {
  it('of a new tenant is nothing but its ADMIN and the question itself', async () => {
    const tenant = await aTenant('STARTER').madeBy(operator);
    const usage = await usageOf(await api.as(tenant));
    expect(usage).toEqual({
      tenantId: tenant.id,
      period: new Date().toISOString().slice(0, 7),
      usage: {
        apiCalls: 1,
        transactions: 0,
        storageBytes: await stored(tenant.id),
        bandwidthBytes: expect.any(Number) as number,
      },
      limits: { maxTransactionsPerMonth: 1_000, transactionPercentUsed: 0 },
    });
  });

  it('counts every payment, failed ones too, and none that was refused or replayed', async () => {
    const client = await api.as(await aTenant('STARTER').madeBy(operator));
    const [order, key] = [aPayment(), { 'idempotency-key': 'usage' }];
    for (let i = 0; i < 3; i++) expect((await client.post('/v1/payments', order, key)).status).toBe(201);
    expect((await client.post('/v1/payments', aPaymentTold('decline'))).status).toBe(201);
    expect((await client.post('/v1/payments', aPaymentTold('timeout'))).status).toBe(201);
    expectProblem(await client.post('/v1/payments', order), 'reference-taken');
    expectProblem(await client.post('/v1/payments', {}), 'validation-failed');
    const { usage, limits } = await usageOf(client);
    expect(usage).toMatchObject({ apiCalls: 8, transactions: 3 });
    expect(limits).toEqual({ maxTransactionsPerMonth: 1_000, transactionPercentUsed: 0.3 });
    const later = await until('the bytes to be counted', async () => {
      const { usage } = await usageOf(client);
      return usage.bandwidthBytes > 3_000 ? usage : undefined;
    });
    expect(later.bandwidthBytes).toBeLessThan(100_000);
  });

  it('counts the bytes that its documents take up, to the last, and nothing when one is deleted', async () => {
    const tenant = await aTenant('STARTER').madeBy(operator);
    const client = await api.as(tenant);
    const before = (await usageOf(client)).usage.storageBytes;
    expect(before).toBe(await stored(tenant.id));
    const order = aPayment({ description: 'grüße '.repeat(50), metadata: { note: 'x'.repeat(400) } });
    const made = await client.post<Payment>('/v1/payments', order, { 'idempotency-key': 'bytes' });
    expect((await client.post('/v1/payments', order, { 'idempotency-key': 'bytes' })).status).toBe(201);
    expectProblem(await client.post('/v1/payments', order), 'reference-taken');
    expect((await client.post('/v1/payments', aPaymentTold('decline'))).status).toBe(201);
    const [{ id }] = (await client.get<Page<{ id: string }>>('/v1/users')).body.data as [{ id: string }];
    expect((await client.patch(`/v1/users/${id}`, { name: 'A longer name than before' })).status).toBe(200);
    const { storageBytes } = (await usageOf(client)).usage;
    expect(storageBytes).toBe(await stored(tenant.id));
    expect(storageBytes - before).toBeGreaterThan(1_000);
    expect((await client.delete(`/v1/payments/${made.body.id}`)).status).toBe(204);
    expect((await usageOf(client)).usage.storageBytes).toBe(storageBytes);
  });

  it('of an unlimited tenant has no percentage', async () => {
    const client = await api.as(api.demo('first-bank'), 'admin');
    expect((await usageOf(client)).limits).toEqual({
      maxTransactionsPerMonth: null,
      transactionPercentUsed: 0,
      unlimited: true,
    });
  });

  it('of a month without any is zeros', async () => {
    const client = await api.as(api.demo('city-credit'), 'viewer');
    expect(await usageOf(client, '?period=2020-02')).toEqual({
      tenantId: api.demo('city-credit').id,
      period: '2020-02',
      usage: { apiCalls: 0, transactions: 0, storageBytes: 0, bandwidthBytes: 0 },
      limits: { maxTransactionsPerMonth: 50_000, transactionPercentUsed: 0 },
    });
  });

  it("is a tenant's own: a neighbour's work is not in it", async () => {
    const [busy, idle] = [await aTenant().madeBy(operator), await aTenant().madeBy(operator)];
    const [worker, onlooker] = [await api.as(busy), await api.as(idle)];
    await worker.post('/v1/payments', aPayment());
    await worker.get('/v1/payments');
    expect((await usageOf(onlooker)).usage).toMatchObject({ apiCalls: 1, transactions: 0 });
    expect((await usageOf(worker)).usage).toMatchObject({ apiCalls: 3, transactions: 1 });
  });

  it('is no business of a super-admin without a tenant', async () => {
    expectProblem(await operator.get('/v1/usage'), 'tenant-required');
  });
});
