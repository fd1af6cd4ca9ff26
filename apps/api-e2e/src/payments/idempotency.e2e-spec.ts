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
import { inLanes } from '../support/lanes';
import { expectProblem, type Problem } from '../support/problem';
import type { Payment } from '../support/views';

let api: RunningApi;
let admin: ApiClient;
let operator: ApiClient;

beforeAll(async () => {
  api = await startApi();
  operator = await api.asOperator();
  admin = await api.as(await aTenant().unlimited().madeBy(operator));
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

const KEYS = 50;
/** How often each of them is sent at once. */
const TIMES = 100;
const LANES = 3;
let count = 0;
const aKey = () => ({ 'idempotency-key': `key-${++count}` });
const pay = (body: unknown, key: Record<string, string>, by = admin) =>
  by.post<Payment>('/v1/payments', body, key);
const stored = (reference: unknown) => api.db.collection('payments').countDocuments({ reference });

describe('A request with an Idempotency-Key', () => {
  it('sent again is answered by its first outcome, and says so', async () => {
    const [order, key] = [aPayment(), aKey()];
    const first = await pay(order, key);
    const again = await pay(order, key);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(again.headers.location).toBe(first.headers.location);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(await stored(order['reference'])).toBe(1);
  });

  it('is known by what its body says, not by how it is written', async () => {
    const key = aKey();
    const order = aPayment({ metadata: { a: '1', b: '2' } });
    const first = await pay(order, key);
    const turned = JSON.stringify(
      Object.fromEntries(Object.entries({ ...order, metadata: { b: '2', a: '1' } }).reverse()),
      null,
      3,
    );
    const again = await admin.send<Payment>({
      method: 'POST',
      path: '/v1/payments',
      headers: { 'content-type': 'application/json', ...key },
      body: turned,
    });
    expect([again.status, again.body.id]).toEqual([201, first.body.id]);
  });

  it('with another body is refused, and the first outcome stays', async () => {
    const [order, key] = [aPayment(), aKey()];
    const first = await pay(order, key);
    expectProblem(await pay({ ...order, amount: 1 }, key), 'idempotency-key-reused');
    expectProblem(await pay(aPayment(), key), 'idempotency-key-reused');
    expect((await pay(order, key)).body).toEqual(first.body);
  });

  it('while the first is at the gateway is told to come back, and finds the outcome then', async () => {
    const [order, key] = [aPaymentTold('slow'), aKey()];
    const first = pay(order, key);
    await until('the payment to be stored', async () => (await stored(order['reference'])) === 1);
    const refused = await pay(order, key);
    expectProblem(refused, 'idempotency-in-flight');
    expect(refused.headers['retry-after']).toMatch(/^[1-9]\d*$/);
    expectProblem(await pay({ ...order, amount: 2 }, key), 'idempotency-key-reused');
    const outcome = await first;
    expect([outcome.status, outcome.body.status]).toEqual([201, 'COMPLETED']);
    const again = await pay(order, key);
    expect([again.status, again.body]).toEqual([201, outcome.body]);
  });

  it(`makes one payment of each of ${KEYS} keys, each sent ${TIMES} times at once`, async () => {
    // A few keys at a time: all of a key's requests are then really under way together, on connections that are kept.
    await inLanes(LANES, KEYS, async () => {
      const [order, key] = [aPayment(), aKey()];
      const replies = await Promise.all(Array.from({ length: TIMES }, () => pay(order, key)));
      const made = replies.filter(({ status }) => status === 201);
      expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
      expect(made.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1);
      for (const reply of replies) if (reply.status !== 201) expectProblem(reply, 'idempotency-in-flight');
      expect(await stored(order['reference'])).toBe(1);
    });
  });

  it('repeats a refusal that told of what was found, though it has changed since', async () => {
    const taken = await pay(aPayment(), aKey());
    const [order, key] = [aPayment({ reference: taken.body.reference }), aKey()];
    const first = await pay(order, key);
    const problem = expectProblem(first, 'reference-taken');
    const again = await pay(order, key);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(expectProblem(again, 'reference-taken', { requestId: problem.requestId })).toEqual(problem);
  });

  it('that was declined is declined again, and not charged again', async () => {
    const [order, key] = [aPaymentTold('decline'), aKey()];
    const first = await pay(order, key);
    expect([first.status, first.body.status]).toEqual([201, 'FAILED']);
    expect((await pay(order, key)).body).toEqual(first.body);
  });

  it('that was refused before the work began leaves the key free', async () => {
    const key = aKey();
    expectProblem(await pay(aPayment({ amount: -1 }), key), 'validation-failed');
    expectProblem(await pay(undefined, key), 'validation-failed');
    const viewer = await api.as(api.demo('first-bank'), 'viewer');
    expectProblem(await pay(aPayment(), key, viewer), 'forbidden');
    const made = await pay(aPayment(), key);
    expect([made.status, made.headers['idempotency-replayed']]).toEqual([201, undefined]);
  });

  it('that found the quota used up leaves the key free, and takes no place of it', async () => {
    const poor = await aTenant().unlimited().withQuota(1).madeBy(operator);
    const client = await api.as(poor);
    expect((await pay(aPayment(), aKey(), client)).status).toBe(201);
    const [order, key] = [aPayment(), aKey()];
    const refused: Problem = expectProblem(await pay(order, key, client), 'quota-exceeded');
    expect(refused.retryAfter).toBeLessThanOrEqual(31 * 86_400);
    const overrides = {
      maxTransactionsPerMonth: 2,
      requestsPerMinute: null,
      reason: 'paid up',
      expiresAt: '2099-01-01T00:00:00Z',
    };
    expect((await operator.patch(`/v1/admin/tenants/${poor.id}`, { overrides })).status).toBe(200);
    const made = await pay(order, key, client);
    expect([made.status, made.headers['idempotency-replayed']]).toEqual([201, undefined]);
    expect((await pay(order, key, client)).headers['idempotency-replayed']).toBe('true');
    expectProblem(await pay(aPayment(), aKey(), client), 'quota-exceeded');
  });

  it('cancels once, and repeats that', async () => {
    const payment = (await pay(aPaymentTold('timeout'), aKey())).body;
    const other = (await pay(aPaymentTold('timeout'), aKey())).body;
    const key = aKey();
    const cancel = ({ id }: Payment) => admin.post<Payment>(`/v1/payments/${id}/cancel`, undefined, key);
    const first = await cancel(payment);
    expect([first.status, first.body.status]).toEqual([200, 'CANCELLED']);
    const again = await cancel(payment);
    expect([again.status, again.body, again.headers['idempotency-replayed']]).toEqual([
      200,
      first.body,
      'true',
    ]);
    expectProblem(await cancel(other), 'idempotency-key-reused');
  });

  it('is of its route: the same key on another is another', async () => {
    const key = aKey();
    const payment = (await pay(aPaymentTold('timeout'), key)).body;
    const cancelled = await admin.post<Payment>(`/v1/payments/${payment.id}/cancel`, undefined, key);
    expect([cancelled.status, cancelled.body.status]).toEqual([200, 'CANCELLED']);
    expect(cancelled.headers['idempotency-replayed']).toBeUndefined();
  });

  it.each(['k', ' ', '~', 'a b', '"quoted"', 'k'.repeat(255)])('%j is a key', async (text) => {
    // Node trims a value's ends, as HTTP has it: one of blanks is empty then.
    const reply = await pay(aPayment(), { 'idempotency-key': text });
    if (text.trim() === '') expectProblem(reply, 'bad-request');
    else expect(reply.status).toBe(201);
  });
});

describe('The monthly quota', () => {
  it('is never exceeded: of fifty payments at once it lets in what is left', async () => {
    const tenant = await aTenant('STARTER').unlimited().withQuota(20).madeBy(operator);
    const client = await api.as(tenant);
    const replies = await Promise.all(
      Array.from({ length: 50 }, () => client.post<Payment>('/v1/payments', aPayment())),
    );
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(20);
    for (const reply of replies) if (reply.status !== 201) expectProblem(reply, 'quota-exceeded');
    expect(await client.get<{ data: unknown[] }>('/v1/payments?limit=100')).toMatchObject({
      body: { data: { length: 20 } },
    });
  });

  it('counts what failed and what was deleted, and nothing that was refused', async () => {
    const client = await api.as(await aTenant('STARTER').unlimited().withQuota(2).madeBy(operator));
    const first = await client.post<Payment>('/v1/payments', aPaymentTold('decline'));
    expectProblem(await client.post('/v1/payments', aPayment({ amount: 0 })), 'validation-failed');
    expectProblem(
      await client.post('/v1/payments', aPayment({ reference: first.body.reference })),
      'reference-taken',
    );
    expect((await client.delete(`/v1/payments/${first.body.id}`)).status).toBe(204);
    expect((await client.post('/v1/payments', aPayment())).status).toBe(201);
    expectProblem(await client.post('/v1/payments', aPayment()), 'quota-exceeded');
  });
});
