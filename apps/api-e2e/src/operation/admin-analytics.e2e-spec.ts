import {
  aPayment,
  aTenant,
  START_TIMEOUT_MS,
  startApi,
  until,
  type ApiClient,
  type RunningApi,
} from '@financeops/testing';
import { expectProblem } from '../support/problem';

let api: RunningApi;
let operator: ApiClient;

beforeAll(async () => {
  api = await startApi();
  operator = await api.asOperator();
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

interface Figures {
  data: {
    tier: string;
    tenants: number;
    payments: number;
    amounts: { amount: number; currency: string }[];
  }[];
}
const figures = async (query = '') => {
  const reply = await operator.get<Figures>(`/v1/admin/analytics${query}`);
  expect(reply.status).toBe(200);
  return reply.body.data;
};

const aPayingTenant = async (tier: 'STARTER' | 'PROFESSIONAL' | 'ENTERPRISE', currencies: string[]) => {
  const client = await api.as(await aTenant(tier).madeBy(operator));
  for (const currency of currencies) {
    const reply = await client.post('/v1/payments', aPayment({ amount: 100, currency }));
    expect(reply.status).toBe(201);
  }
};

describe('Analytics of the platform', () => {
  it('are for super-admins alone', async () => {
    for (const role of ['admin', 'viewer'] as const) {
      const user = await api.as(api.demo('first-bank'), role);
      expectProblem(await user.get('/v1/admin/analytics'), 'forbidden');
    }
    const key = api.client({ 'x-api-key': api.demo('first-bank').apiKey });
    expectProblem(await key.get('/v1/admin/analytics'), 'forbidden');
    expectProblem(await api.client().get('/v1/admin/analytics'), 'unauthenticated');
  });

  it('withhold what fewer than five tenants did, then merge small tiers, and show none that could be told apart', async () => {
    expect(await figures()).toEqual([]);
    await aPayingTenant('STARTER', ['EUR']);
    await aPayingTenant('PROFESSIONAL', ['EUR']);
    await aPayingTenant('ENTERPRISE', ['EUR', 'EUR']);
    expect(await figures()).toEqual([]);
    await aPayingTenant('ENTERPRISE', ['EUR', 'CHF']);
    expect(await figures()).toEqual([]);
    await aPayingTenant('PROFESSIONAL', ['EUR']);
    // Five tenants of three small tiers; four of them never paid in CHF.
    expect(await figures()).toEqual([
      { tier: 'OTHER', tenants: 5, payments: 7, amounts: [{ amount: 600, currency: 'EUR' }] },
    ]);
    for (let i = 0; i < 4; i++) await aPayingTenant('STARTER', ['EUR']);
    const data = await figures();
    expect(data.find(({ tier }) => tier === 'STARTER')).toEqual({
      tier: 'STARTER',
      tenants: 5,
      payments: 5,
      amounts: [{ amount: 500, currency: 'EUR' }],
    });
    // The four others are too few by now, merged or not.
    expect(data).toHaveLength(1);
  });

  it('of a time take in what was paid in it', async () => {
    expect(await figures('?to=2020-01-01')).toEqual([]);
    expect(await figures('?from=2020-01-01')).not.toEqual([]);
  });

  it('are read through the bypass, which is on record before it reads', async () => {
    const requestId = 'analytics-on-record';
    expect((await operator.get('/v1/admin/analytics', { 'x-request-id': requestId })).status).toBe(200);
    const event = await until('the bypass to be on record', () =>
      api.db
        .listCollections()
        .toArray()
        .then(async (collections) => {
          for (const { name } of collections.filter(({ name }) => name.includes('audit'))) {
            const found = await api.db.collection(name).findOne({ requestId, action: 'isolation.bypass' });
            if (found !== null) return found;
          }
          return undefined;
        }),
    );
    expect(event['actor']).toMatchObject({ type: 'super-admin' });
    const details = JSON.stringify(event['details']);
    expect(details).toMatch(/reason/);
  });
});
