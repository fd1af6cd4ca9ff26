import { ObjectId } from 'mongodb';
import {
  aTenant,
  anApiKey,
  START_TIMEOUT_MS,
  startApi,
  type ApiClient,
  type BuiltTenant,
  type Reply,
  type RunningApi,
} from '@financeops/testing';
import { expectProblem } from '../support/problem';

/** How often each call is sent at once. */
const CROWD = 50;
type Tier = 'STARTER' | 'PROFESSIONAL' | 'ENTERPRISE';

let api: RunningApi;
const tenants = {} as Record<Tier, { tenant: BuiltTenant; admin: ApiClient; key: ApiClient }>;
beforeAll(async () => {
  api = await startApi();
  const operator = await api.asOperator();
  for (const tier of ['STARTER', 'PROFESSIONAL', 'ENTERPRISE'] as const) {
    const tenant = await aTenant(tier).unlimited().madeBy(operator);
    // Stored, not asked for: a key of the days before a downgrade.
    const key = await anApiKey(api.db, tenant.id, ['payments:read', 'payments:write']);
    tenants[tier] = { tenant, admin: await api.as(tenant), key: api.client({ 'x-api-key': key }) };
  }
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

const NOBODY = 'f'.repeat(24);
let count = 0;
interface Call {
  feature: 'analytics' | 'api_access' | 'white_label';
  what: string;
  send: (of: (typeof tenants)[Tier]) => Promise<Reply>;
  /** Of a tenant that has the feature. */
  status: number;
}
const CALLS: Call[] = [
  {
    feature: 'analytics',
    what: 'analytics of payments',
    send: ({ admin }) => admin.get('/v1/analytics/payments?interval=day'),
    status: 200,
  },
  {
    feature: 'api_access',
    what: 'a new API key',
    send: ({ admin }) => admin.post('/v1/api-keys', { name: 'server', scopes: ['payments:read'] }),
    status: 201,
  },
  {
    feature: 'api_access',
    what: 'a roll of a key',
    send: ({ admin }) => admin.post(`/v1/api-keys/${NOBODY}/roll`, {}),
    status: 404,
  },
  {
    feature: 'api_access',
    what: 'a call by API key',
    send: ({ key }) => key.get('/v1/payments'),
    status: 200,
  },
  {
    feature: 'white_label',
    what: 'branding',
    send: ({ admin }) =>
      admin.patch('/v1/tenant', { settings: { branding: { displayName: `Bank ${++count}` } } }),
    status: 200,
  },
  {
    feature: 'white_label',
    what: 'a proof of a domain',
    send: ({ admin }) => admin.post('/v1/tenant/domains/pay.nobody.example/verify'),
    status: 404,
  },
];
const TIERS_OF: Record<Call['feature'], Tier[]> = {
  analytics: ['PROFESSIONAL', 'ENTERPRISE'],
  api_access: ['ENTERPRISE'],
  white_label: ['ENTERPRISE'],
};

const atOnce = (tier: Tier, { send }: Call) =>
  Promise.all(Array.from({ length: CROWD }, () => send(tenants[tier])));

const cells = (['STARTER', 'PROFESSIONAL', 'ENTERPRISE'] as const).flatMap((tier) =>
  CALLS.map((call) => ({ tier, call, ...call, has: TIERS_OF[call.feature].includes(tier) })),
);

it.each(cells.filter(({ has }) => !has))(
  '$tier lacks $feature: each of fifty calls at once is refused ($what)',
  async ({ tier, call }) => {
    for (const reply of await atOnce(tier, call)) expectProblem(reply, 'feature-not-in-tier');
  },
);

it.each(cells.filter(({ has }) => has))('$tier has $feature ($what)', async ({ tier, call }) => {
  for (const { status } of await atOnce(tier, call)) expect(status).toBe(call.status);
});

it('What was refused has left nothing behind', async () => {
  for (const tier of ['STARTER', 'PROFESSIONAL'] as const) {
    const { tenant, admin } = tenants[tier];
    const tenantId = new ObjectId(tenant.id);
    expect(await api.db.collection('api_keys').countDocuments({ tenantId })).toBe(1);
    const { body } = await admin.get<{ settings: unknown }>('/v1/tenant');
    expect(body.settings).toEqual({ branding: { displayName: null, primaryColor: null, logoUrl: null } });
  }
});
