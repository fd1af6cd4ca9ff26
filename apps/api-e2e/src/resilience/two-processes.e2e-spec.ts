import {
  aPayment,
  aTenant,
  START_TIMEOUT_MS,
  startApi,
  type ApiClient,
  type RunningApi,
  type TokenPair,
} from '@financeops/testing';
import { expectProblem } from '../support/problem';
import type { Me, Payment, Usage } from '../support/views';

let one: RunningApi;
let two: RunningApi;
let operator: ApiClient;

beforeAll(async () => {
  one = await startApi();
  two = await startApi({ sameAs: one });
  operator = await one.asOperator();
}, START_TIMEOUT_MS);
afterAll(async () => {
  await two?.stop();
  await one?.stop();
});

/** The same person at the other process. */
const atTwo = ({ headers }: ApiClient) => two.client(headers);

describe('Two processes on the same databases', () => {
  it('know each other’s tokens, access and refresh', async () => {
    const bank = one.demo('first-bank');
    const pair = await one.login(bank.admin, bank.slug);
    const me = await two.client().bearer(pair.accessToken).get<Me>('/v1/me');
    expect([me.status, me.body.tenant?.id]).toEqual([200, bank.id]);
    const refresh = (api: RunningApi, refreshToken: string) =>
      api.client().post<TokenPair>('/v1/auth/refresh', { refreshToken });
    const next = await refresh(two, pair.refreshToken);
    expect(next.status).toBe(200);
    expectProblem(await refresh(one, pair.refreshToken), 'unauthenticated');
    expectProblem(await refresh(two, next.body.refreshToken), 'unauthenticated');
  });

  it('know each other’s payments, cursors and idempotency keys', async () => {
    const admin = await one.as(await aTenant().madeBy(operator));
    const [order, key] = [aPayment(), { 'idempotency-key': 'of-both' }];
    const made = await admin.post<Payment>('/v1/payments', order, key);
    const again = await atTwo(admin).post<Payment>('/v1/payments', order, key);
    expect([again.status, again.body, again.headers['idempotency-replayed']]).toEqual([
      201,
      made.body,
      'true',
    ]);
    await admin.post('/v1/payments', aPayment());
    const { body } = await admin.get<{ nextCursor: string }>('/v1/payments?limit=1');
    const second = await atTwo(admin).get<{ data: Payment[] }>(
      `/v1/payments?limit=1&cursor=${body.nextCursor}`,
    );
    expect(second.body.data).toEqual([made.body]);
  });

  it('make one payment of a key that reaches both at once', async () => {
    const admin = await one.as(await aTenant().unlimited().madeBy(operator));
    for (let round = 0; round < 10; round++) {
      const [order, key] = [aPayment(), { 'idempotency-key': `race-${round}` }];
      const replies = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          (i % 2 === 0 ? admin : atTwo(admin)).post<Payment>('/v1/payments', order, key),
        ),
      );
      const made = replies.filter(({ status }) => status === 201);
      expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
      for (const reply of replies) if (reply.status !== 201) expectProblem(reply, 'idempotency-in-flight');
      const stored = one.db.collection('payments').countDocuments({ reference: order['reference'] });
      expect(await stored).toBe(1);
    }
  });

  it('admit sixty requests of a Starter tenant together, however they are sent', async () => {
    for (let round = 0; round < 3; round++) {
      const admin = await one.as(await aTenant('STARTER').madeBy(operator));
      const replies = await Promise.all(
        Array.from({ length: 160 }, (_, i) => (i % 2 === 0 ? admin : atTwo(admin)).get('/v1/me')),
      );
      const count = (status: number) => replies.filter((reply) => reply.status === status).length;
      expect([count(200), count(429)]).toEqual([60, 100]);
      expectProblem(await admin.get('/v1/me'), 'rate-limited');
      expectProblem(await atTwo(admin).get('/v1/me'), 'rate-limited');
    }
  });

  it('count failed logins together', async () => {
    const { slug } = await aTenant().madeBy(operator);
    const fail = (api: RunningApi) =>
      api.client({ 'x-tenant-id': slug }).post('/v1/auth/login', { email: 'x@y.example', password: 'no' });
    const replies = await Promise.all(Array.from({ length: 30 }, (_, i) => fail(i % 2 === 0 ? one : two)));
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(10);
  });

  it('never exceed a monthly quota together', async () => {
    const admin = await one.as(await aTenant('STARTER').unlimited().withQuota(15).madeBy(operator));
    const replies = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        (i % 2 === 0 ? admin : atTwo(admin)).post('/v1/payments', aPayment()),
      ),
    );
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(15);
    for (const reply of replies) if (reply.status !== 201) expectProblem(reply, 'quota-exceeded');
  });

  it('add up what they count', async () => {
    const admin = await one.as(await aTenant().madeBy(operator));
    for (let i = 0; i < 3; i++) {
      expect((await admin.post('/v1/payments', aPayment())).status).toBe(201);
      expect((await atTwo(admin).post('/v1/payments', aPayment())).status).toBe(201);
    }
    await atTwo(admin).get('/v1/usage');
    const { body } = await admin.get<Usage>('/v1/usage');
    expect(body.usage).toMatchObject({ apiCalls: 8 });
    expect(body.usage.transactions).toBe(6);
  });
});
