import type { Addition } from './usage-hashes';
import type { UsageMetric } from './usage.metrics';

interface Pending {
  tenantId: string;
  amounts: Map<UsageMetric, number>;
  /** When the last of it was measured, in milliseconds of a clock that never goes back. */
  measuredAt: number;
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

  /** `false`: there is no room for yet another tenant. `unixNow` and `now` in milliseconds. */
  add(tenantId: string, metric: UsageMetric, by: number, unixNow: number, now: number): boolean {
    // Sums of different months are kept apart. By this process's clock: what falls in the seconds around midnight by
    // which it differs from Redis's may go to either month.
    const key = `${tenantId}:${new Date(unixNow).toISOString().slice(0, 7)}`;
    let entry = this.pending.get(key);
    if (entry === undefined) {
      if (this.pending.size >= this.max) return false;
      entry = { tenantId, amounts: new Map(), measuredAt: now };
      this.pending.set(key, entry);
    }
    entry.amounts.set(metric, (entry.amounts.get(metric) ?? 0) + by);
    entry.measuredAt = now;
    return true;
  }

  /** Takes out up to `count` sums, oldest first, with their sequence numbers. */
  take(count: number): PendingAddition[] {
    const taken: PendingAddition[] = [];
    for (const [key, { tenantId, amounts, measuredAt }] of this.pending) {
      if (taken.length === count) break;
      this.pending.delete(key);
      taken.push({ tenantId, amounts, measuredAt, sequence: ++this.sequence });
    }
    return taken;
  }
}

export type PendingAddition = Omit<Addition, 'ageMs'> & { measuredAt: number };

export const toAddition = ({ measuredAt, ...rest }: PendingAddition, now: number): Addition => ({
  ...rest,
  ageMs: Math.max(0, Math.floor(now - measuredAt)),
});
