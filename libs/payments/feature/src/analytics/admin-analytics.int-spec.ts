import type { ResolvedTenant } from '@financeops/tenancy/context';
import {
  aDatabase,
  anOrder,
  aPaymentsApp,
  aTenant,
  aUser,
  type PaymentsApp,
  type TestDatabase,
} from '../testing/payments-app';

jest.setTimeout(120_000);

let database: TestDatabase;
let api: PaymentsApp;

const pay = (tenant: ResolvedTenant, changes: Record<string, unknown> = {}) =>
  api.as(tenant)({ method: 'POST', url: '/v1/payments', payload: anOrder(changes) });

beforeAll(async () => {
  database = await aDatabase();
  api = await aPaymentsApp(database);
  for (const [tier, count] of [
    ['STARTER', 6],
    ['PROFESSIONAL', 4],
    ['ENTERPRISE', 1],
  ] as const) {
    for (let index = 0; index < count; index++) await pay(await aTenant(database, tier));
  }
});

afterAll(async () => {
  await api?.app.close();
  await database?.drop();
});

describe('GET /v1/admin/analytics', () => {
  it('shows tiers of five tenants or more, and the rest together, and is on record before it reads', async () => {
    const { status, body } = await api.as(null)({ url: '/v1/admin/analytics' });
    expect(status).toBe(200);
    expect(body).toEqual({
      data: [
        { tier: 'STARTER', tenants: 6, payments: 6, amounts: [{ amount: 7500, currency: 'EUR' }] },
        { tier: 'OTHER', tenants: 5, payments: 5, amounts: [{ amount: 6250, currency: 'EUR' }] },
      ],
    });
    const events = await database.raw
      .collection('audit_events')
      .find({ action: 'isolation.bypass' })
      .toArray();
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ tenantId: null, actor: { type: 'super-admin' } });
  });

  it('counts the period alone, and says nothing of small groups', async () => {
    const read = async (query: string) => (await api.as(null)({ url: `/v1/admin/analytics?${query}` })).body;
    expect(await read('to=2000-01-01')).toEqual({ data: [] });
    expect(await read('from=2000-01-01&to=2999-01-01')).toMatchObject({
      data: [{ tenants: 6 }, { tenants: 5 }],
    });
    const from = new Date().toISOString();
    for (let index = 0; index < 4; index++) await pay(await aTenant(database, 'STARTER'));
    expect(await read(`from=${from}`)).toEqual({ data: [] });
  });

  it('refuses bad dates, and anybody of a tenant', async () => {
    const bad = await api.as(null)({ url: '/v1/admin/analytics?from=2026-02-30' });
    expect([bad.status, bad.body.errors[0].parameter]).toEqual([400, 'from']);
    const tenant = await aTenant(database);
    expect((await api.as(tenant, aUser(tenant))({ url: '/v1/admin/analytics' })).status).toBe(403);
  });
});
