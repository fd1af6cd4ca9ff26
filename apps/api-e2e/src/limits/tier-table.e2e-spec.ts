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

/** Requests sent at once where half of them still fit. */
const CROWD = 50;
/** Requests sent at once where all of them fit. */
const BATCH = 100;

let api: RunningApi;
let operator: ApiClient;
beforeAll(async () => {
  api = await startApi();
  operator = await api.asOperator();
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

const atOnce = (count: number, send: () => Promise<Reply>) =>
  Promise.all(Array.from({ length: count }, send));

/** Sends `count` requests that all have to be taken. */
const fill = async (count: number, send: () => Promise<Reply>, status: number): Promise<void> => {
  for (let left = count; left > 0; left -= BATCH) {
    for (const reply of await atOnce(Math.min(left, BATCH), send)) {
      expect([reply.status, reply.status === status ? '' : reply.text]).toEqual([status, '']);
    }
  }
};

/** The crowd comes when `CROWD / 2` places are left: so many are taken, the others refused by the code, and so is the next. */
const overrun = async (
  send: () => Promise<Reply>,
  status: number,
  code: 'user-limit-reached' | 'quota-exceeded' | 'rate-limited',
): Promise<void> => {
  const replies = await atOnce(CROWD, send);
  const refused = replies.filter((reply) => reply.status !== status);
  for (const reply of [...refused, await send()]) expectProblem(reply, code);
  expect(refused).toHaveLength(CROWD / 2);
};

const stored = ({ id }: BuiltTenant, collection: string) =>
  api.db.collection(collection).countDocuments({ tenantId: new ObjectId(id), deletedAt: null });

/** An ADMIN of a tenant of the tier, whose number of requests doesn't matter. */
const busy = async (tier: BuiltTenant['tier'] & Parameters<typeof aTenant>[0]) => {
  const tenant = await aTenant(tier).unlimited().madeBy(operator);
  return { tenant, admin: await api.as(tenant) };
};

describe('Users', () => {
  let count = 0;
  const join = (admin: ApiClient) => () =>
    admin.post('/v1/users', {
      email: `user-${++count}@bank.example`,
      password: 'a password of some length',
      role: 'VIEWER',
    });

  it('of Professional are a hundred, the first ADMIN included', async () => {
    const { tenant, admin } = await busy('PROFESSIONAL');
    await fill(100 - 1 - CROWD / 2, join(admin), 201);
    await overrun(join(admin), 201, 'user-limit-reached');
    expect(await stored(tenant, 'users')).toBe(100);
  });

  it('of Starter are ten', async () => {
    const { tenant, admin } = await busy('STARTER');
    const replies = await atOnce(CROWD, join(admin));
    const refused = replies.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(CROWD - 9);
    for (const reply of [...refused, await join(admin)()]) expectProblem(reply, 'user-limit-reached');
    expect(await stored(tenant, 'users')).toBe(10);
  });

  it('of Enterprise are as many as it likes', async () => {
    const { tenant, admin } = await busy('ENTERPRISE');
    await fill(100, join(admin), 201);
    expect(await stored(tenant, 'users')).toBe(101);
  });
});

describe('Payments of a month', () => {
  const pay = (admin: ApiClient) => () => admin.post('/v1/payments', aPayment());
  /** As if so many had been made: what the platform itself keeps of them, since making them would take an hour. */
  const countAs = ({ id }: BuiltTenant, count: number) =>
    api.db.collection('monthly_quotas').updateOne({ tenantId: new ObjectId(id) }, { $set: { count } });

  it('of Starter are a thousand', async () => {
    const { tenant, admin } = await busy('STARTER');
    await fill(1_000 - CROWD / 2, pay(admin), 201);
    await overrun(pay(admin), 201, 'quota-exceeded');
    expect(await stored(tenant, 'payments')).toBe(1_000);
  });

  it('of Professional are fifty thousand', async () => {
    const { tenant, admin } = await busy('PROFESSIONAL');
    await fill(1, pay(admin), 201);
    expect((await countAs(tenant, 50_000 - CROWD / 2)).modifiedCount).toBe(1);
    await overrun(pay(admin), 201, 'quota-exceeded');
    expect(await stored(tenant, 'payments')).toBe(1 + CROWD / 2);
  });

  it('of Enterprise are counted against nothing, not even what it used up before it was one', async () => {
    const { tenant, admin } = await busy('PROFESSIONAL');
    await fill(1, pay(admin), 201);
    await countAs(tenant, 50_000);
    expectProblem(await pay(admin)(), 'quota-exceeded');
    expect((await operator.patch(`/v1/admin/tenants/${tenant.id}`, { tier: 'ENTERPRISE' })).status).toBe(200);
    await fill(CROWD, pay(admin), 201);
  });
});

describe('Requests in a minute', () => {
  it.each([
    ['STARTER', 60],
    ['PROFESSIONAL', 300],
    ['ENTERPRISE', 1_000],
  ] as const)('of %s are %d', async (tier, limit) => {
    const admin = await api.as(await aTenant(tier).madeBy(operator));
    const ask = () => admin.get('/v1/me');
    await fill(limit - CROWD / 2, ask, 200);
    await overrun(ask, 200, 'rate-limited');
  });
});
