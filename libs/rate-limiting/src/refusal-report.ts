import type { Principal } from '@financeops/tenancy/context';

export interface RateLimitRefusal {
  /** Whose window was full; `null` for an address's. */
  tenantId: string | null;
  actor: Principal | null;
  requestId: string;
  /** The full window's name, and how many requests it takes. */
  window: string;
  limit: number;
  /** It was admitted all the same. */
  dryRun: boolean;
}

/** Port: told of every refusal, and of what a dry run admits in spite of one; bound by apps to the audit log. */
export abstract class RefusalReport {
  /** Neither waits nor fails: a refusal is cheap, or it would be the attack. */
  abstract refused(refusal: RateLimitRefusal): void;
}
