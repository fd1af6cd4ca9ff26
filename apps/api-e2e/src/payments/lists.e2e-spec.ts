import {
  aPayment,
  aPaymentTold,
  aTenant,
  START_TIMEOUT_MS,
  startApi,
  type ApiClient,
  type RunningApi,
} from '@financeops/testing';
import { expectProblem } from '../support/problem';
import type { Page, Payment } from '../support/views';

const COUNT = 60;
let api: RunningApi;
let admin: ApiClient;
/** Newest first. */
let payments: Payment[];

const make = (i: number) => {
  const over = { reference: `order-${i}`, amount: i + 1, currency: i % 2 === 0 ? 'EUR' : 'JPY' };
  return i % 6 === 0
    ? aPaymentTold('decline', over)
    : i % 6 === 1
      ? aPaymentTold('timeout', over)
      : aPayment(over);
};

beforeAll(async () => {
  api = await startApi();
  admin = await api.as(
    await aTenant()
      .unlimited()
      .madeBy(await api.asOperator()),
  );
  const made: Payment[] = [];
  for (let i = 0; i < COUNT; i += 6) {
    // Six at a time: some are created within one millisecond.
    const replies = await Promise.all(
      Array.from({ length: 6 }, (_, j) => admin.post<Payment>('/v1/payments', make(i + j))),
    );
    made.push(...replies.map(({ body }) => body));
  }
  payments = made.sort((a, b) =>
    a.createdAt === b.createdAt ? (a.id < b.id ? 1 : -1) : a.createdAt < b.createdAt ? 1 : -1,
  );
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

const list = (query = '') => admin.get<Page<Payment>>(`/v1/payments${query}`);
const ids = (some: Payment[]) => some.map(({ id }) => id);

/** All pages, one after the other. */
const walk = async (
  query: string,
  onPage: (page: Page<Payment>) => Promise<void> | void = () => undefined,
) => {
  const seen: Payment[] = [];
  let cursor: string | null = null;
  do {
    const more: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const reply = await list(`?${query}${more}`);
    expect(reply.status).toBe(200);
    seen.push(...reply.body.data);
    cursor = reply.body.nextCursor;
    await onPage(reply.body);
  } while (cursor !== null);
  return seen;
};

describe('A list of payments', () => {
  it('is newest first, twenty at a time', async () => {
    const { body } = await list();
    expect(body.data).toEqual(payments.slice(0, 20));
    expect(body.nextCursor).toMatch(/\S/);
  });

  it.each([1, 7, 20, 59, 60, 100])('in pages of %d shows every payment once', async (limit) => {
    expect(ids(await walk(`limit=${limit}`))).toEqual(ids(payments));
  });

  it('goes on where it was, though payments are made meanwhile', async () => {
    const newcomers: string[] = [];
    const seen = await walk('limit=25&status=COMPLETED', async () => {
      newcomers.push((await admin.post<Payment>('/v1/payments', aPayment())).body.id);
    });
    const known = payments.filter(({ status }) => status === 'COMPLETED');
    expect(ids(seen)).toEqual(ids(known));
    for (const id of newcomers) expect((await admin.delete(`/v1/payments/${id}`)).status).toBe(204);
  });

  it.each(['COMPLETED', 'FAILED', 'PENDING', 'CANCELLED'])('of status %s has those alone', async (status) => {
    expect(ids(await walk(`limit=100&status=${status}`))).toEqual(
      ids(payments.filter((payment) => payment.status === status)),
    );
  });

  it('of a reference has that one, or none', async () => {
    const { body } = await list('?reference=order-7');
    expect(body).toEqual({
      data: [payments.find(({ reference }) => reference === 'order-7')],
      nextCursor: null,
    });
    expect((await list('?reference=ORDER-7')).body).toEqual({ data: [], nextCursor: null });
    expect((await list('?reference=order-7&status=FAILED')).body.data).toEqual([]);
  });

  it('of a time takes its beginning in and leaves its end out', async () => {
    const [later, earlier] = [payments[10]!.createdAt, payments[40]!.createdAt];
    const within = payments.filter(({ createdAt }) => createdAt >= earlier && createdAt < later);
    const query = `createdFrom=${encodeURIComponent(earlier)}&createdTo=${encodeURIComponent(later)}`;
    expect(ids(await walk(`limit=7&${query}`))).toEqual(ids(within));
    expect((await list(`?createdFrom=${later}&createdTo=${earlier}`)).body.data).toEqual([]);
    expect((await list('?createdTo=2020-01-01')).body).toEqual({ data: [], nextCursor: null });
    expect((await list('?createdFrom=2020-01-01T00:00:00%2B02:00&limit=100')).body.data).toHaveLength(COUNT);
  });

  it('of a time finer than a millisecond is exact: stored times are whole milliseconds', async () => {
    const { createdAt, id } = payments[10]!;
    const has = async (query: string) => {
      const { body } = await list(`?limit=100&${query}`);
      return ids(body.data).includes(id);
    };
    const after = createdAt.replace('Z', '1Z');
    expect(await has(`createdTo=${after}`)).toBe(true);
    expect(await has(`createdFrom=${after}`)).toBe(false);
    expect(await has(`createdTo=${createdAt}`)).toBe(false);
    expect(await has(`createdFrom=${createdAt.replace('Z', '0Z')}`)).toBe(true);
  });

  it('takes its own cursors alone: not altered, not of other filters, not of another list', async () => {
    const cursor = (await list('?limit=5&status=COMPLETED')).body.nextCursor!;
    expect((await list(`?limit=9&status=COMPLETED&cursor=${cursor}`)).status).toBe(200);
    const altered = cursor.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
    for (const query of [
      `?limit=5&cursor=${cursor}`,
      `?limit=5&status=FAILED&cursor=${cursor}`,
      `?limit=5&status=COMPLETED&reference=order-7&cursor=${cursor}`,
      `?limit=5&status=COMPLETED&createdFrom=2020-01-01&cursor=${cursor}`,
      `?limit=5&status=COMPLETED&cursor=${altered}`,
      `?limit=5&status=COMPLETED&cursor=${cursor}A`,
      `?limit=5&status=COMPLETED&cursor=${cursor.slice(0, -1)}`,
    ]) {
      expectProblem(await list(query), 'validation-failed', { parameters: ['cursor'] });
    }
    const operator = await api.asOperator();
    expectProblem(await operator.get(`/v1/admin/tenants?cursor=${cursor}`), 'validation-failed', {
      parameters: ['cursor'],
    });
  });
});

interface Stat {
  status: string;
  currency: string;
  count: number;
  amount: number;
}

describe('The stats', () => {
  const sums = (some: Payment[]): Stat[] => {
    const groups = new Map<string, Stat>();
    for (const { status, currency, amount } of some) {
      const name = `${status} ${currency}`;
      const group = groups.get(name) ?? { status, currency, count: 0, amount: 0 };
      groups.set(name, { ...group, count: group.count + 1, amount: group.amount + amount });
    }
    return [...groups.values()];
  };
  const stats = async (query = '') =>
    (await admin.get<{ data: Stat[] }>(`/v1/payments/stats${query}`)).body.data;

  it('sum up by status and currency', async () => {
    const data = await stats();
    expect(data).toHaveLength(sums(payments).length);
    expect(data).toEqual(expect.arrayContaining(sums(payments)));
  });

  it('of a time take its beginning in and leave its end out', async () => {
    const [later, earlier] = [payments[10]!.createdAt, payments[40]!.createdAt];
    const within = sums(payments.filter(({ createdAt }) => createdAt >= earlier && createdAt < later));
    const data = await stats(`?from=${earlier}&to=${later}`);
    expect(data).toHaveLength(within.length);
    expect(data).toEqual(expect.arrayContaining(within));
    expect(await stats('?to=2020-01-01')).toEqual([]);
  });
});
