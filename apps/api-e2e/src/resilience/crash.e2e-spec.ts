import {
  aPayment,
  aPaymentTold,
  aTenant,
  START_TIMEOUT_MS,
  startApi,
  until,
  type ApiClient,
  type BuiltTenant,
  type Reply,
  type RunningApi,
} from '@financeops/testing';
import type { Payment } from '../support/views';

let api: RunningApi;
let tenant: BuiltTenant;
let admin: ApiClient;

beforeAll(async () => {
  api = await startApi();
  tenant = await aTenant()
    .unlimited()
    .madeBy(await api.asOperator());
  admin = await api.as(tenant);
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

/** `undefined`: no answer came. */
const pay = (order: unknown, key: string): Promise<Reply<Payment> | undefined> =>
  admin.post<Payment>('/v1/payments', order, { 'idempotency-key': key }).catch(() => undefined);

const withOutcome = (order: unknown, key: string) =>
  until(
    `an outcome of ${key}`,
    async () => {
      const reply = await pay(order, key);
      // 409: a recovery is at it; within 60 s it ends.
      expect([201, 409, undefined]).toContain(reply?.status);
      return reply?.status === 201 ? reply : undefined;
    },
    { withinMs: 60_000, everyMs: 500 },
  );

const stored = (reference: unknown) => api.db.collection('payments').countDocuments({ reference });

describe('A process killed under writes', () => {
  it('has made every acknowledged payment once, and of each key one payment in the end', async () => {
    const orders = Array.from({ length: 120 }, (_, i) => ({
      // Some are at the gateway when it dies.
      order: i % 8 === 0 ? aPaymentTold('slow') : aPayment(),
      key: `crash-${i}`,
    }));
    let acknowledged = 0;
    const sent = orders.map(async ({ order, key }) => {
      const reply = await pay(order, key);
      if (reply?.status === 201) acknowledged += 1;
      return reply;
    });
    await until('a few to be acknowledged', () => acknowledged >= 5, { everyMs: 1 });
    await api.kill9();
    const before = await Promise.all(sent);
    expect(before.some((reply) => reply === undefined)).toBe(true);

    await api.restart();
    admin = await api.as(tenant);
    const after = await Promise.all(orders.map(({ order, key }) => withOutcome(order, key)));
    for (const [i, { order }] of orders.entries()) {
      const [first, again] = [before[i], after[i]!];
      expect(again.body.status).toBe('COMPLETED');
      if (first?.status === 201) expect(again.body).toEqual(first.body);
      const { reference } = order as { reference: string };
      expect(await stored(reference)).toBe(1);
      expect((await admin.get<Payment>(`/v1/payments/${again.body.id}`)).body.reference).toBe(reference);
    }
    expect(await api.db.collection('payments').countDocuments()).toBe(orders.length);
    await until(
      'no charge to be in flight',
      async () => (await api.db.collection('work_in_flight').countDocuments()) === 0,
    );
  }, 150_000);
});
