import type { RateLimitOverrides, RateLimitSchedule } from './rate-limit-schedule';
import { scheduledLimit } from './rate-limit-schedule.rules';
import type { Feature } from '@financeops/core/http';
import { TIER_TABLE, type Tier, type TierLimits } from './tiers';

export interface Branding {
  displayName: string | null;
  /** `#rrggbb` */
  primaryColor: string | null;
  logoUrl: string | null;
}

/** What a super-admin grants one tenant beyond or below its tier, until `expiresAt`. */
export interface TenantOverrides extends Partial<TierLimits> {
  /** Added to the tier's. */
  features?: Feature[];
  rateLimit?: RateLimitOverrides;
  reason: string;
  /** RFC 3339. */
  expiresAt: string;
}

/** Where a tenant's documents live: among everybody's, or in a database of the tenant's own. */
export const PLACEMENTS = ['shared', 'dedicated'] as const;
export type Placement = (typeof PLACEMENTS)[number];

/** The plain data of a tenant: what is cached, in JSON. */
export interface TenantSnapshot {
  /** 24-hex ObjectId. */
  id: string;
  slug: string;
  name: string;
  tier: Tier;
  isActive: boolean;
  branding: Branding;
  /** Verified custom domains alone. */
  domains: string[];
  overrides: TenantOverrides | null;
  /** Absent in what was cached before there was a choice: shared. */
  placement?: Placement;
  createdAt: string;
  updatedAt: string;
}

export interface EffectiveLimits extends TierLimits {
  features: readonly Feature[];
}

const NO_SCHEDULES: readonly RateLimitSchedule[] = [];

/** The tenant that a request runs for. Immutable; a change of the tenant makes a new one. */
export class ResolvedTenant {
  constructor(readonly snapshot: TenantSnapshot) {}

  get id(): string {
    return this.snapshot.id;
  }
  get slug(): string {
    return this.snapshot.slug;
  }
  get tier(): Tier {
    return this.snapshot.tier;
  }
  get isActive(): boolean {
    return this.snapshot.isActive;
  }
  get placement(): Placement {
    return this.snapshot.placement ?? 'shared';
  }

  /**
   * The tier's limits and features with what overrides add, as of `now` (milliseconds since the epoch). A schedule in
   * force takes the place of `requestsPerMinute`, the override's too; of several the tightest.
   */
  getEffectiveLimits(now: number = Date.now()): EffectiveLimits {
    const base = TIER_TABLE[this.snapshot.tier];
    const overrides = this.overridesAt(now);
    if (overrides === null) return base;
    const pick = <K extends keyof TierLimits>(key: K) =>
      overrides[key] === undefined ? base[key] : overrides[key];
    return {
      maxUsers: pick('maxUsers'),
      maxTransactionsPerMonth: pick('maxTransactionsPerMonth'),
      requestsPerMinute:
        scheduledLimit(overrides.rateLimit?.schedules ?? NO_SCHEDULES, now) ?? pick('requestsPerMinute'),
      features: [...new Set([...base.features, ...(overrides.features ?? [])])],
    };
  }

  /** Whether requests beyond the rate limit are admitted and only reported, as of `now`. */
  isRateLimitDryRun(now: number = Date.now()): boolean {
    return this.overridesAt(now)?.rateLimit?.dryRun === true;
  }

  private overridesAt(now: number): TenantOverrides | null {
    const { overrides } = this.snapshot;
    return overrides === null || Date.parse(overrides.expiresAt) <= now ? null : overrides;
  }
}
