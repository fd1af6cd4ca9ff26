import { AuditLog } from '@financeops/audit';
import type { ResolvedTenant } from '@financeops/tenancy/context';
import {
  aDatabase,
  anOrder,
  aPaymentsApp,
  aTenant,
  withQuota,
  type PaymentsApp,
  type TestDatabase,
} from '../testing/payments-app';

jest.setTimeout(120_000);

let database: TestDatabase;
/** Two processes on one database. */
let first: PaymentsApp;
let second: PaymentsApp;

beforeAll(async () => {
  database = await aDatabase();
  first = await aPaymentsApp(database);
  second = await aPaymentsApp(database);
});
afterAll(async () => {
  await first?.app.close();
  await second?.app.close();
  await database?.drop();
});
afterEach(() => jest.restoreAllMocks());

const pay = async (tenant: ResolvedTenant, order = anOrder(), api = first): Promise<number> =>
  (await api.as(tenant)({ method: 'POST', url: '/v1/payments', payload: order })).status;

/** Through both processes at once. */
const payAtOnce = (tenant: ResolvedTenant, times: number) =>
  Promise.all(
    Array.from({ length: times }, (_, index) => pay(tenant, anOrder(), index % 2 === 0 ? first : second)),
  );

const events = async ({ id }: ResolvedTenant) => {
  const all = await database.raw.collection('audit_events').find({ action: 'usage.threshold' }).toArray();
  return all.filter(({ tenantId }) => String(tenantId) === id);
};
const raised = async (tenant: ResolvedTenant) =>
  (await events(tenant))
    .map(({ details }) => (details as { threshold: number }).threshold)
    .sort((a, b) => a - b);
/** The tenant's counter of this month. */
const counter = async ({ id }: ResolvedTenant) =>
  (await database.raw.collection('monthly_quotas').find().toArray()).find(
    ({ tenantId }) => String(tenantId) === id,
  );

describe('usage.threshold', () => {
  it('is raised by the payments that reach 80 % and 100 %, and by no other', async () => {
    const tenant = await aTenant(database, 'STARTER', 10);
    const seen: number[][] = [];
    for (let payment = 1; payment <= 10; payment++) {
      expect(await pay(tenant)).toBe(201);
      seen.push(await raised(tenant));
    }
    expect(seen.map((thresholds) => thresholds.length)).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 1, 2]);
    expect(await pay(tenant)).toBe(429);
    const [eighty, hundred, ...more] = await events(tenant);
    expect(more).toEqual([]);
    const period = new Date().toISOString().slice(0, 7);
    expect(eighty).toMatchObject({
      outcome: 'allowed',
      actor: { type: 'system', id: null },
      resource: null,
      details: { metric: 'transactions', period, threshold: 80, used: 8, limit: 10 },
    });
    expect(hundred!['details']).toEqual({
      metric: 'transactions',
      period,
      threshold: 100,
      used: 10,
      limit: 10,
    });
  });

  it('is raised once when many requests cross at once, in two processes', async () => {
    const tenant = await aTenant(database, 'STARTER', 20);
    const replies = await payAtOnce(tenant, 60);
    expect(replies.filter((status) => status === 201)).toHaveLength(20);
    expect(await raised(tenant)).toEqual([80, 100]);
  });

  it('is twofold where one payment reaches both', async () => {
    const tenant = await aTenant(database, 'STARTER', 1);
    await pay(tenant);
    expect(await raised(tenant)).toEqual([80, 100]);
  });

  it('is none of an unlimited tenant', async () => {
    const tenant = await aTenant(database, 'ENTERPRISE');
    await payAtOnce(tenant, 4);
    expect(await raised(tenant)).toEqual([]);
  });

  it('is undone with the payment that would have crossed, and raised by the next', async () => {
    const tenant = await aTenant(database, 'STARTER', 5);
    const order = anOrder();
    for (const each of [order, anOrder(), anOrder()]) expect(await pay(tenant, each)).toBe(201);
    expect(await pay(tenant, order)).toBe(409);
    expect(await raised(tenant)).toEqual([]);
    expect(await pay(tenant)).toBe(201);
    expect(await raised(tenant)).toEqual([80]);
  });

  it('stands or falls with the count: neither is there without the other', async () => {
    const tenant = await aTenant(database, 'STARTER', 5);
    for (let payment = 0; payment < 3; payment++) await pay(tenant);
    const before = await counter(tenant);
    expect(before).toMatchObject({ count: 3 });
    jest.spyOn(first.app.get(AuditLog), 'recordWithin').mockRejectedValueOnce(new Error('the log is full'));
    expect(await pay(tenant)).toBe(500);
    expect(await counter(tenant)).toEqual(before);
    expect(await pay(tenant)).toBe(201);
    expect(await counter(tenant)).toMatchObject({ count: 4, thresholdsRaised: [80] });
    expect(await raised(tenant)).toEqual([80]);
  });

  it('is raised by the next payment when a lowered limit lies below what is used, refused as it is', async () => {
    const tenant = await aTenant(database, 'STARTER', 100);
    for (let payment = 0; payment < 3; payment++) await pay(tenant);
    expect(await raised(tenant)).toEqual([]);
    const lowered = withQuota(tenant, 2);
    expect(new Set(await payAtOnce(lowered, 20))).toEqual(new Set([429]));
    expect(await raised(tenant)).toEqual([80, 100]);
    expect((await events(tenant))[0]!['details']).toMatchObject({ used: 3, limit: 2 });
  });

  it('refuses all the same when it can’t be raised, and is raised by the next', async () => {
    const tenant = await aTenant(database, 'STARTER', 100);
    await pay(tenant);
    const lowered = withQuota(tenant, 1);
    jest.spyOn(first.app.get(AuditLog), 'recordWithin').mockRejectedValueOnce(new Error('the log is full'));
    expect(await pay(lowered)).toBe(429);
    expect(await raised(tenant)).toEqual([]);
    expect(await pay(lowered)).toBe(429);
    expect(await raised(tenant)).toEqual([80, 100]);
  });

  it('is not raised again in its month, when the limit is raised and reached once more', async () => {
    const tenant = await aTenant(database, 'STARTER', 1);
    await pay(tenant);
    const more = withQuota(tenant, 3);
    for (let payment = 0; payment < 2; payment++) expect(await pay(more)).toBe(201);
    expect(await raised(tenant)).toEqual([80, 100]);
  });

  it('is raised once by a limit of none', async () => {
    const tenant = await aTenant(database, 'STARTER', 0);
    expect(await payAtOnce(tenant, 6)).toEqual([429, 429, 429, 429, 429, 429]);
    expect(await raised(tenant)).toEqual([80, 100]);
  });
});
