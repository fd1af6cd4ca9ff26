import type { Addition } from './usage-hashes';
import type { UsageMetric } from './usage.metrics';
import { monthOf } from './usage.rules';

interface Pending {
  tenantId: string;
  /** `YYYY-MM`, UTC. */
  period: string;
  amounts: Map<UsageMetric, number>;
  /** When the last of it was measured, in milliseconds of a clock that never goes back. */
  measuredAt: number;
  /** Unix milliseconds that decide its month, for what has a date of its own. */
  at: number | null;
}

/** Tenants (times months, while Redis is out over a month's end) whose counts are held. */
const MAX_PENDING = 50_000;

/** What was measured and is not in Redis yet: sums, so its size doesn't grow with how long Redis is out. */
export class PendingUsage {
  private readonly pending = new Map<string, Pending>();
  private sequence = 0;

  constructor(private readonly max = MAX_PENDING) {}

  get size(): number {
    return this.pending.size;
  }

  /**
   * `false`: there is no room for yet another tenant. `unixNow` and `now` in milliseconds; `at`: see `Pending`.
   */
  add(
    tenantId: string,
    metric: UsageMetric,
    by: number,
    { unixNow, now, at = null }: { unixNow: number; now: number; at?: number | null },
  ): boolean {
    // Sums of different months are kept apart. By this process's clock: what falls in the seconds around midnight by
    // which it differs from Redis's may go to either month.
    const period = monthOf(at ?? unixNow);
    const key = `${tenantId}:${period}${at === null ? '' : ':dated'}`;
    let entry = this.pending.get(key);
    if (entry === undefined) {
      if (this.pending.size >= this.max) return false;
      entry = { tenantId, period, amounts: new Map(), measuredAt: now, at };
      this.pending.set(key, entry);
    }
    entry.amounts.set(metric, (entry.amounts.get(metric) ?? 0) + by);
    entry.measuredAt = now;
    return true;
  }

  /** Takes out up to `count` sums, oldest first, with their sequence numbers. */
  take(count: number): PendingAddition[] {
    const taken: PendingAddition[] = [];
    for (const [key, entry] of this.pending) {
      if (taken.length === count) break;
      this.pending.delete(key);
      taken.push({ ...entry, sequence: ++this.sequence });
    }
    return taken;
  }
}

export interface PendingAddition extends Pending {
  sequence: number;
}

export const toAddition = (
  { tenantId, sequence, amounts, measuredAt, at }: PendingAddition,
  now: number,
): Addition => ({
  tenantId,
  sequence,
  amounts,
  measured: at === null ? { ageMs: Math.max(0, Math.floor(now - measuredAt)) } : { at },
});
