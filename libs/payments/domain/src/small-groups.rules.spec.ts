import fc from 'fast-check';
import { CURRENCIES, type Currency } from '@financeops/core/money';
import { byTierAnonymised, SMALLEST_GROUP, type TenantFigure } from './small-groups.rules';

const paid = (tenantId: string, tier: string, amount = 100n, currency = 'EUR'): TenantFigure => ({
  tenantId,
  tier,
  currency: currency as Currency,
  payments: 1,
  amount,
});

const tenants = (tier: string, count: number, currency?: string) =>
  Array.from({ length: count }, (_, index) => paid(`${tier}-${index}`, tier, 100n, currency));

describe('figures across tenants', () => {
  it('are shown by tier from five tenants up', () => {
    expect(byTierAnonymised(tenants('STARTER', 5))).toEqual([
      { tier: 'STARTER', tenants: 5, payments: 5, amounts: [{ amount: 500n, currency: 'EUR' }] },
    ]);
  });

  it('merge tiers under five into OTHER', () => {
    const groups = byTierAnonymised([
      ...tenants('STARTER', 6),
      ...tenants('PROFESSIONAL', 3),
      ...tenants('ENTERPRISE', 2),
    ]);
    expect(groups.map(({ tier, tenants: count }) => [tier, count])).toEqual([
      ['STARTER', 6],
      ['OTHER', 5],
    ]);
  });

  it('are withheld when even OTHER is under five', () => {
    expect(byTierAnonymised([...tenants('STARTER', 6), ...tenants('ENTERPRISE', 4)])).toHaveLength(1);
    expect(byTierAnonymised(tenants('STARTER', 4))).toEqual([]);
    expect(byTierAnonymised([])).toEqual([]);
  });

  it('leave out a currency that fewer than five of the group pay in', () => {
    const [group] = byTierAnonymised([...tenants('STARTER', 5), paid('STARTER-0', 'STARTER', 7n, 'JPY')]);
    expect(group).toEqual({
      tier: 'STARTER',
      tenants: 5,
      payments: 6,
      amounts: [{ amount: 500n, currency: 'EUR' }],
    });
  });

  it('never sum fewer than five tenants, and sum exactly', () => {
    const tierOf = (tenant: number) => ['STARTER', 'PROFESSIONAL', 'ENTERPRISE'][tenant % 3]!;
    const figure = fc
      .tuple(fc.nat(20), fc.constantFrom(...CURRENCIES.slice(0, 3)), fc.bigInt({ min: 1n, max: 10n ** 18n }))
      .map(([tenant, currency, amount]) => paid(String(tenant), tierOf(tenant), amount, currency));
    fc.assert(
      fc.property(fc.array(figure, { maxLength: 80 }), (figures) => {
        const groups = byTierAnonymised(figures);
        const shown = new Set(groups.map(({ tier }) => tier));
        for (const group of groups) {
          const members = figures.filter(({ tier }) =>
            group.tier === 'OTHER' ? !shown.has(tier) : tier === group.tier,
          );
          expect(group.tenants).toBe(new Set(members.map(({ tenantId }) => tenantId)).size);
          expect(group.tenants).toBeGreaterThanOrEqual(SMALLEST_GROUP);
          for (const { currency, amount } of group.amounts) {
            const inIt = members.filter((member) => member.currency === currency);
            expect(new Set(inIt.map(({ tenantId }) => tenantId)).size).toBeGreaterThanOrEqual(SMALLEST_GROUP);
            expect(amount).toBe(inIt.reduce((sum, member) => sum + member.amount, 0n));
          }
        }
      }),
    );
  });
});
