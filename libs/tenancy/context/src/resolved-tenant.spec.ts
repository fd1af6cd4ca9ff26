import { FEATURES, SCOPES } from '@financeops/core/http';
import { ResolvedTenant, type TenantOverrides, type TenantSnapshot } from './resolved-tenant';
import { TIER_TABLE, TIERS, type Tier } from './tiers';

const snapshot: TenantSnapshot = {
  id: '665f1f77bcf86cd799439011',
  slug: 'corner-shop',
  name: 'Corner Shop',
  tier: 'STARTER',
  isActive: true,
  branding: { displayName: null, primaryColor: null, logoUrl: null },
  domains: [],
  overrides: null,
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
};
const now = Date.parse('2026-02-01T00:00:00Z');
const limits = (tier: Tier, overrides: Partial<TenantOverrides> | null = null) =>
  new ResolvedTenant({
    ...snapshot,
    tier,
    overrides: overrides && { reason: 'a test', expiresAt: '2026-06-01T00:00:00Z', ...overrides },
  }).getEffectiveLimits(now);

describe('The tiers', () => {
  it.each<[Tier, number | null, number | null, number, string[]]>([
    ['STARTER', 10, 1_000, 60, ['payments']],
    ['PROFESSIONAL', 100, 50_000, 300, ['payments', 'bulk_payments', 'analytics']],
    ['ENTERPRISE', null, null, 1_000, [...FEATURES]],
  ])(
    '%s: %p users, %p transactions a month, %p requests a minute, %j',
    (tier, users, transactions, requests, features) => {
      expect(limits(tier)).toEqual({
        maxUsers: users,
        maxTransactionsPerMonth: transactions,
        requestsPerMinute: requests,
        features,
      });
    },
  );

  it('survive JSON: unlimited stays unlimited', () => {
    for (const tier of TIERS) expect(JSON.parse(JSON.stringify(limits(tier)))).toEqual(limits(tier));
  });

  it('are three, with six features, by the names that clients rely on', () => {
    expect(TIERS).toEqual(['STARTER', 'PROFESSIONAL', 'ENTERPRISE']);
    expect(FEATURES).toEqual([
      ...['payments', 'bulk_payments', 'analytics', 'custom_workflows', 'white_label', 'api_access'],
    ]);
    expect(SCOPES).toEqual(['payments:read', 'payments:write']);
  });
});

describe('Overrides of a tier’s limits', () => {
  it('take the place of what they name, alone', () => {
    expect(limits('STARTER', { maxUsers: 11 })).toEqual({ ...TIER_TABLE.STARTER, maxUsers: 11 });
    expect(limits('STARTER', { maxTransactionsPerMonth: 5 })).toEqual({
      ...TIER_TABLE.STARTER,
      maxTransactionsPerMonth: 5,
    });
    expect(limits('STARTER', { requestsPerMinute: 5 })).toEqual({
      ...TIER_TABLE.STARTER,
      requestsPerMinute: 5,
    });
  });

  it('may be nothing at all, and no limit at all', () => {
    expect(limits('STARTER', { maxUsers: 0 }).maxUsers).toBe(0);
    expect(limits('STARTER', { maxUsers: null }).maxUsers).toBeNull();
  });

  it('add features to the tier’s, each once, and leave the tier’s table as it is', () => {
    expect(limits('STARTER', { features: ['analytics', 'payments'] }).features).toEqual([
      'payments',
      'analytics',
    ]);
    expect(limits('STARTER', {}).features).toEqual(['payments']);
    expect(TIER_TABLE.STARTER.features).toEqual(['payments']);
  });

  it('end at their expiry', () => {
    const expired = (expiresAt: string) => limits('STARTER', { maxUsers: 11, expiresAt }).maxUsers;
    expect(expired('2026-02-01T00:00:00.001Z')).toBe(11);
    expect(expired('2026-02-01T00:00:00.000Z')).toBe(10);
    expect(expired('2026-01-31T23:59:59.999Z')).toBe(10);
  });

  it('are as of now where nobody says when', () => {
    const until = (expiresAt: string) =>
      new ResolvedTenant({
        ...snapshot,
        overrides: { reason: 'a test', maxUsers: 11, rateLimit: { dryRun: true }, expiresAt },
      });
    const [over, lasting] = [until('2020-01-01T00:00:00Z'), until('9999-01-01T00:00:00Z')];
    expect([over.getEffectiveLimits().maxUsers, lasting.getEffectiveLimits().maxUsers]).toEqual([10, 11]);
    expect([over.isRateLimitDryRun(), lasting.isRateLimitDryRun()]).toEqual([false, true]);
  });
});

it('A tenant is what its snapshot says', () => {
  const tenant = new ResolvedTenant({ ...snapshot, isActive: false });
  expect({ id: tenant.id, slug: tenant.slug, tier: tenant.tier, isActive: tenant.isActive }).toEqual({
    id: snapshot.id,
    slug: 'corner-shop',
    tier: 'STARTER',
    isActive: false,
  });
  expect(tenant.isRateLimitDryRun()).toBe(false);
});
