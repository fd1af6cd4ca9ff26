import type { Feature } from '@financeops/core/http';

/** The tier table (the only copy). `null` means unlimited: unlike `Infinity` it survives JSON, BSON and every cache. */

export const TIERS = ['STARTER', 'PROFESSIONAL', 'ENTERPRISE'] as const;
export type Tier = (typeof TIERS)[number];

/** A count, or `null` for no limit. */
export type Limit = number | null;

export interface TierLimits {
  maxUsers: Limit;
  /** Payments created in a calendar month, UTC. */
  maxTransactionsPerMonth: Limit;
  /** In any 60 s, over all routes of the tenant. */
  requestsPerMinute: Limit;
}

export interface TierDefinition extends TierLimits {
  features: readonly Feature[];
}

const starter: readonly Feature[] = ['payments'];
const professional: readonly Feature[] = [...starter, 'bulk_payments', 'analytics'];
const enterprise: readonly Feature[] = [...professional, 'custom_workflows', 'white_label', 'api_access'];

export const TIER_TABLE: Readonly<Record<Tier, TierDefinition>> = {
  STARTER: { maxUsers: 10, maxTransactionsPerMonth: 1_000, requestsPerMinute: 60, features: starter },
  PROFESSIONAL: {
    maxUsers: 100,
    maxTransactionsPerMonth: 50_000,
    requestsPerMinute: 300,
    features: professional,
  },
  ENTERPRISE: {
    maxUsers: null,
    maxTransactionsPerMonth: null,
    requestsPerMinute: 1_000,
    features: enterprise,
  },
};
