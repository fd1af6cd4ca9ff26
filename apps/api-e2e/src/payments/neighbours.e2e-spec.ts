import {
  aPayment,
  aPaymentTold,
  START_TIMEOUT_MS,
  startApi,
  type ApiClient,
  type Reply,
  type RunningApi,
} from '@financeops/testing';
import { expectProblem, type Problem } from '../support/problem';
import type { Page, Payment } from '../support/views';

let api: RunningApi;
let owner: ApiClient;
let ownersKey: ApiClient;
let neighbour: ApiClient;
let pending: Payment;
let completed: Payment;

beforeAll(async () => {
  api = await startApi();
  owner = await api.as(api.demo('first-bank'), 'admin');
  ownersKey = api.client({ 'x-api-key': api.demo('first-bank').apiKey });
  neighbour = await api.as(api.demo('city-credit'), 'admin');
  pending = (await owner.post<Payment>('/v1/payments', aPaymentTold('timeout'))).body;
  completed = (await owner.post<Payment>('/v1/payments', aPayment())).body;
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

const NOTHING = 'f'.repeat(24);

/** A problem without what differs from one request to the next. */
const rest = ({ status, headers, body }: Reply) => {
  const { requestId: _id, instance: _instance, ...problem } = body as Problem;
  return { status, headers: Object.keys(headers).sort(), problem };
};

describe("A neighbour's payment", () => {
  it.each<[string, (client: ApiClient, id: string) => Promise<Reply>]>([
    ['get', (client, id) => client.get(`/v1/payments/${id}`)],
    ['cancel', (client, id) => client.post(`/v1/payments/${id}/cancel`)],
    [
      'cancel with a key',
      (client, id) => client.post(`/v1/payments/${id}/cancel`, undefined, { 'idempotency-key': id }),
    ],
    ['delete', (client, id) => client.delete(`/v1/payments/${id}`)],
    ['restore', (client, id) => client.post(`/v1/payments/${id}/restore`)],
  ])('answers a %s exactly as if there were nothing', async (_, act) => {
    for (const { id } of [pending, completed]) {
      const there = await act(neighbour, id);
      const nothing = await act(neighbour, NOTHING);
      expectProblem(there, 'not-found');
      expect(rest(there)).toEqual(rest(nothing));
    }
    expect((await owner.get(`/v1/payments/${pending.id}`)).body).toEqual(pending);
    expect((await owner.get(`/v1/payments/${completed.id}`)).body).toEqual(completed);
  });

  it('is in no list, no search and no sum; its owner finds it in each', async () => {
    const everything = async (client: ApiClient) =>
      [
        await client.get<Page<Payment>>('/v1/payments?limit=100'),
        await client.get<Page<Payment>>(`/v1/payments?reference=${completed.reference}`),
        await client.get<Page<Payment>>('/v1/payments?status=COMPLETED'),
        await client.get<Page<unknown>>('/v1/payments/stats'),
      ].map(({ body }) => body.data);
    expect(await everything(neighbour)).toEqual([[], [], [], []]);
    for (const data of await everything(owner)) expect(data).not.toEqual([]);
    for (const data of await everything(ownersKey)) expect(data).not.toEqual([]);
  });

  it('is not reached by naming its tenant', async () => {
    const names = { 'x-tenant-id': completed.tenantId };
    expectProblem(await neighbour.with(names).get(`/v1/payments/${completed.id}`), 'tenant-mismatch');
    expectProblem(await neighbour.get(`/v1/payments?tenantId=${completed.tenantId}`), 'validation-failed', {
      parameters: ['tenantId'],
    });
    expectProblem(
      await neighbour.post('/v1/payments', aPayment({ tenantId: completed.tenantId })),
      'validation-failed',
      { pointers: ['/tenantId'] },
    );
  });

  it('is not reached by its cursor', async () => {
    const { body } = await owner.get<Page<Payment>>('/v1/payments?limit=1');
    expect((await owner.get(`/v1/payments?limit=1&cursor=${body.nextCursor}`)).status).toBe(200);
    expectProblem(
      await neighbour.get(`/v1/payments?limit=1&cursor=${body.nextCursor}`),
      'validation-failed',
      {
        parameters: ['cursor'],
      },
    );
  });

  it("is not touched by the neighbour's use of the same Idempotency-Key and body", async () => {
    const [order, key] = [aPayment(), { 'idempotency-key': 'a-key-of-two' }];
    const own = await owner.post<Payment>('/v1/payments', order, key);
    const others = await neighbour.post<Payment>('/v1/payments', order, key);
    expect([own.status, others.status]).toEqual([201, 201]);
    expect(others.headers['idempotency-replayed']).toBeUndefined();
    expect(others.body.id).not.toBe(own.body.id);
    expect(others.body.tenantId).not.toBe(own.body.tenantId);
  });

  it('is left alone by a super-admin too, who has no tenant', async () => {
    const operator = await api.asOperator();
    expectProblem(await operator.get(`/v1/payments/${completed.id}`), 'tenant-required');
    expectProblem(
      await operator.with({ 'x-tenant-id': completed.tenantId }).get(`/v1/payments/${completed.id}`),
      'tenant-mismatch',
    );
  });
});

describe('Tenants at work side by side', () => {
  it('see their own payments alone, in two hundred interleaved requests', async () => {
    const clients = [owner, neighbour, ownersKey];
    const ids = [api.demo('first-bank').id, api.demo('city-credit').id, api.demo('first-bank').id];
    await Promise.all(
      Array.from({ length: 200 }, async (_, i) => {
        const [client, tenantId] = [clients[i % 3]!, ids[i % 3]!];
        if (i % 5 === 0) {
          const made = await client.post<Payment>('/v1/payments', aPayment());
          expect([made.status, made.body.tenantId]).toEqual([201, tenantId]);
          return;
        }
        const { status, body } = await client.get<Page<Payment>>('/v1/payments?limit=100');
        expect(status).toBe(200);
        for (const payment of body.data) expect(payment.tenantId).toBe(tenantId);
      }),
    );
  });
});
