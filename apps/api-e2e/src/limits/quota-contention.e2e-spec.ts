import { ObjectId } from 'mongodb';
import {
  aPayment,
  aTenant,
  START_TIMEOUT_MS,
  startApi,
  type ApiClient,
  type BuiltTenant,
  type Reply,
  type RunningApi,
} from '@financeops/testing';
import { expectProblem } from '../support/problem';
import type { Usage } from '../support/views';

const AT_ONCE = 1_000;
const LEFT = 500;

let api: RunningApi;
let other: RunningApi;
let operator: ApiClient;

beforeAll(async () => {
  api = await startApi();
  other = await startApi({ sameAs: api });
  operator = await api.asOperator();
}, START_TIMEOUT_MS);
afterAll(async () => {
  await other?.stop();
  await api?.stop();
});

const stored = ({ id }: BuiltTenant) =>
  api.db.collection('payments').countDocuments({ tenantId: new ObjectId(id) });
const counter = async ({ id }: BuiltTenant) =>
  (await api.db.collection('monthly_quotas').findOne({ tenantId: new ObjectId(id) }))?.['count'] as number;

/** A tenant whose quota has so many payments left, and its ADMIN on both processes. */
const withLeft = async (left: number) => {
  const tenant = await aTenant('STARTER').unlimited().withQuota(1_000).madeBy(operator);
  const clients = [await api.as(tenant), await other.as(tenant)] as const;
  expect((await clients[0].post('/v1/payments', aPayment())).status).toBe(201);
  // As if so many had been made: what the platform itself keeps of them.
  await api.db
    .collection('monthly_quotas')
    .updateOne({ tenantId: new ObjectId(tenant.id) }, { $set: { count: 1_000 - left } });
  return { tenant, clients };
};

const pay = (clients: readonly ApiClient[], i: number): Promise<Reply> =>
  clients[i % clients.length]!.post('/v1/payments', aPayment());

describe('A quota of which 500 payments are left', () => {
  it('takes exactly 500 of a thousand at once in two processes, and costs a neighbour none of its own', async () => {
    const [{ tenant, clients }, neighbour] = [await withLeft(LEFT), await withLeft(LEFT)];
    let answered = 0;
    const crowd = Promise.all(
      Array.from({ length: AT_ONCE }, async (_, i) => {
        const reply = await pay(clients, i);
        answered += 1;
        return reply;
      }),
    );
    // One after the other: had a neighbour's payment to wait for the crowd, its first would be answered after it.
    const beside: [number, number][] = [];
    for (let i = 0; i < 20; i++) beside.push([(await pay(neighbour.clients, i)).status, answered]);
    const replies = await crowd;

    const made = replies.filter(({ status }) => status === 201);
    expect(made).toHaveLength(LEFT);
    for (const reply of replies) if (reply.status !== 201) expectProblem(reply, 'quota-exceeded');
    expect([await stored(tenant), await counter(tenant)]).toEqual([1 + LEFT, 1_000]);

    expect(beside.map(([status]) => status)).toEqual(Array(20).fill(201));
    expect(beside[0]![1]).toBeLessThan(AT_ONCE / 2);
    expect(beside.at(-1)![1]).toBeLessThan(AT_ONCE);
    expect([await stored(neighbour.tenant), await counter(neighbour.tenant)]).toEqual([
      21,
      1_000 - LEFT + 20,
    ]);
    const { usage } = (await neighbour.clients[0].get<Usage>('/v1/usage')).body;
    expect(usage.transactions).toBe(21);
  }, 240_000);
});
