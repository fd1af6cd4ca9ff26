import fc from 'fast-check';

/** One request of the fuzz, as dials: which route, who asks, which tenant is named beside, whose things it asks for. */
export interface Plan {
  /** The routes take turns. */
  route: number;
  /** The tenant that asks, and another. */
  tenant: number;
  other: number;
  credential: 'admin' | 'viewer' | 'key' | 'none' | 'two tenants';
  names: 'nothing' | 'own header' | 'own host' | 'other header' | 'other host' | 'both' | 'nobody';
  /** The id in the path, and those in the query. */
  ids: 'own' | 'other' | 'absent';
  dial: number;
}

const nat = fc.nat({ max: 2 ** 20 });

const plan: fc.Arbitrary<Omit<Plan, 'route'>> = fc.noBias(
  fc.record({
    tenant: nat,
    other: nat,
    // Half of the requests are in order but for their ids.
    credential: fc.constantFrom<Plan['credential']>(
      ...(['admin', 'admin', 'admin', 'admin', 'viewer', 'key', 'none', 'two tenants'] as const),
    ),
    names: fc.constantFrom<Plan['names']>(
      ...(['nothing', 'nothing', 'nothing', 'nothing', 'own header', 'own header', 'own host'] as const),
      ...(['other header', 'other host', 'both', 'nobody'] as const),
    ),
    ids: fc.constantFrom<Plan['ids']>('own', 'other', 'other', 'absent'),
    dial: nat,
  }),
);

export const plans = (seed: number, count: number): Plan[] =>
  fc.sample(plan, { seed, numRuns: count }).map((each, route) => ({ ...each, route }));
