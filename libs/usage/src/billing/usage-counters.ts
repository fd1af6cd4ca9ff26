import { Inject, Injectable, Logger } from '@nestjs/common';
import { REDIS, type RedisConnection } from '@financeops/core/redis';
import { UsageHashes, type MonthOfUsage } from '../usage-hashes';
import { USAGE_METRICS, type UsageCounts, type UsageMetric } from '../usage.metrics';
import { UsageSnapshotStore, type TenantMonth } from './usage-snapshot.store';

const NOTHING = Object.fromEntries(USAGE_METRICS.map((metric) => [metric, 0])) as UsageCounts;

/** Tenants whose counters are read at a time: Redis decides about requests meanwhile. */
const AT_A_TIME = 50;

/**
 * The counters in Redis, backed by their snapshots in MongoDB. A hash that is not marked as whole has been lost, or was
 * never written down: it is given back what the snapshot says, beside what was counted since. The snapshot is written
 * after the mark is set, never before, so that what it holds is added once.
 */
@Injectable()
export class UsageCounters {
  private readonly logger = new Logger(UsageCounters.name);
  private readonly hashes: UsageHashes;

  constructor(
    @Inject(REDIS) redis: RedisConnection,
    private readonly snapshots: UsageSnapshotStore,
  ) {
    this.hashes = new UsageHashes(redis);
  }

  /** `period`: by default the present month on Redis's clock. Rejects while Redis is out; without a need not for MongoDB. */
  async read(tenantId: string, period?: string): Promise<MonthOfUsage> {
    const found = await this.hashes.read(tenantId, period);
    if (found.whole) return found;
    const month = { tenantId, period: found.period };
    const lost = await this.snapshots.find(month);
    return lost === null ? found : { ...found, counts: await this.rebuild(month, lost) };
  }

  /** Writes the counters of these months down, rebuilding what was lost; gives them as they stood. */
  async persist(months: readonly TenantMonth[]): Promise<(TenantMonth & { counts: UsageCounts })[]> {
    const written: (TenantMonth & { counts: UsageCounts })[] = [];
    for (let at = 0; at < months.length; at += AT_A_TIME) {
      const some = await Promise.all(
        months
          .slice(at, at + AT_A_TIME)
          .map(async (month) => ({ ...month, counts: await this.whole(month) })),
      );
      await this.snapshots.write(some, new Date());
      written.push(...some);
    }
    return written;
  }

  /** See `UsageHashes.adjust`. */
  adjust(
    { tenantId, period }: TenantMonth,
    metric: UsageMetric,
    change: { seen: number; actual: number },
  ): Promise<boolean> {
    return this.hashes.adjust(tenantId, period, metric, change);
  }

  private async whole(month: TenantMonth): Promise<UsageCounts> {
    const found = await this.hashes.read(month.tenantId, month.period);
    if (found.whole) return found.counts;
    return this.rebuild(month, await this.snapshots.find(month));
  }

  private async rebuild(month: TenantMonth, lost: UsageCounts | null): Promise<UsageCounts> {
    if (lost !== null) {
      // Before, so that a crash in between doesn't keep the reconciliation from looking at it.
      await this.snapshots.markRebuilt(month, new Date());
      this.logger.warn({ ...month, lost }, 'usage counters were lost; rebuilding them from their snapshot');
    }
    return this.hashes.rebuild(month.tenantId, month.period, lost ?? NOTHING);
  }
}
