import type { Currency, Minor, Money } from '@financeops/core/money';

/** The smallest number of tenants whose figures may be shown together (k-anonymity; docs/adr/0004). */
export const SMALLEST_GROUP = 5;

/** What one tenant paid in one currency. */
export interface TenantFigure {
  tenantId: string;
  tier: string;
  currency: Currency;
  payments: number;
  amount: Minor;
}

/** What tenants of a tier paid together; `tenants` counts those that paid anything. */
export interface TierFigure {
  tier: string;
  tenants: number;
  payments: number;
  amounts: Money[];
}

const tenantsOf = (figures: readonly TenantFigure[]): number =>
  new Set(figures.map((figure) => figure.tenantId)).size;

const groupBy = <K extends string>(
  figures: readonly TenantFigure[],
  keyOf: (figure: TenantFigure) => K,
): [K, TenantFigure[]][] => {
  const groups = new Map<K, TenantFigure[]>();
  for (const figure of figures) {
    const key = keyOf(figure);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [figure]);
    else group.push(figure);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
};

const total = (tier: string, figures: readonly TenantFigure[]): TierFigure => ({
  tier,
  tenants: tenantsOf(figures),
  payments: figures.reduce((sum, { payments }) => sum + payments, 0),
  // A currency that few pay in would show those few, however large the group around them.
  amounts: groupBy(figures, ({ currency }) => currency)
    .filter(([, group]) => tenantsOf(group) >= SMALLEST_GROUP)
    .map(([currency, group]) => ({ currency, amount: group.reduce((sum, { amount }) => sum + amount, 0n) })),
});

/**
 * Sums tenants' figures by tier so that no sum is of fewer than `SMALLEST_GROUP` tenants: smaller tiers are merged into
 * one called `OTHER`, which is withheld when it's too small itself. No grand total is given to subtract from.
 */
export const byTierAnonymised = (figures: readonly TenantFigure[]): TierFigure[] => {
  const tiers = groupBy(figures, ({ tier }) => tier);
  const isLarge = ([, group]: [string, TenantFigure[]]) => tenantsOf(group) >= SMALLEST_GROUP;
  const rest = tiers.filter((tier) => !isLarge(tier)).flatMap(([, group]) => group);
  return [
    ...tiers.filter(isLarge).map(([tier, group]) => total(tier, group)),
    ...(tenantsOf(rest) >= SMALLEST_GROUP ? [total('OTHER', rest)] : []),
  ];
};
