import { randomBytes } from 'node:crypto';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { UnavailableError } from '@financeops/core/errors';
import { Metrics } from '@financeops/core/observability';
import { REDIS, type RedisConnection } from '@financeops/core/redis';
import { TenantContextService, type ResolvedTenant } from '@financeops/tenancy/context';
import { UsageCounters } from './billing/usage-counters';
import { UsageSnapshots } from './billing/usage-snapshots.service';
import { PendingUsage, toAddition, type PendingAddition } from './pending-usage';
import { UsageHashes } from './usage-hashes';
import type { UsageMetric } from './usage.metrics';
import { summarize, type UsageSummary } from './usage.rules';

/** Milliseconds for which counts are gathered before they are sent; within a second they are in Redis. */
const FLUSH_AFTER_MS = 500;
const RETRY_AFTER_MS = 1_000;
/** Tenants a call: more would keep Redis from deciding about requests for too long. */
const TENANTS_PER_CALL = 50;

/**
 * Counts what tenants use, beside the requests and never in them. Counts reach Redis within a second; while it is out
 * they are kept as sums and sent later, each exactly once.
 */
@Injectable()
export class UsageTrackerService implements OnApplicationShutdown {
  private readonly logger = new Logger('UsageTracker');
  private readonly hashes: UsageHashes;
  private readonly perCall: number;
  private readonly writer = randomBytes(9).toString('base64url');
  private readonly pending = new PendingUsage();
  private readonly dropped;
  /** Taken out of `pending` and perhaps in Redis already; sent again unchanged until an answer comes. */
  private unconfirmed: PendingAddition[] = [];
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;
  private failing = false;

  constructor(
    @Inject(REDIS) redis: RedisConnection,
    metrics: Metrics,
    private readonly contexts: TenantContextService,
    private readonly ledger: UsageCounters,
    private readonly snapshots: UsageSnapshots,
  ) {
    this.hashes = new UsageHashes(redis);
    this.perCall = redis.isCluster ? 1 : TENANTS_PER_CALL;
    this.dropped = metrics.counter({
      name: 'usage_counts_dropped_total',
      help: 'Counts lost because Redis was out and the memory set aside for them was full',
      labelNames: ['metric'],
    });
  }

  /**
   * Counts for the context's tenant; never waits and never fails for Redis. Count `transactions` after the payment's
   * commit. `by` may be negative (storage freed). The month is the present one on Redis's clock, or that of `at`.
   * @throws NoTenantContextError
   * @throws RangeError if `by` is no whole number
   */
  increment(metric: UsageMetric, by = 1, at?: Date): void {
    this.add(this.contexts.getTenantId(), metric, by, at);
  }

  /** The same for a tenant named by its id. */
  add(tenantId: string, metric: UsageMetric, by: number, at?: Date): void {
    if (!Number.isSafeInteger(by)) throw new RangeError(`${metric}: ${by} is no whole number`);
    if (by === 0) return;
    const measured = { unixNow: Date.now(), now: performance.now(), at: at?.getTime() ?? null };
    if (!this.pending.add(tenantId, metric, by, measured)) {
      this.dropped.inc({ metric }, Math.abs(by));
    }
    this.schedule(FLUSH_AFTER_MS);
  }

  /**
   * What the context's tenant has used in a month (`YYYY-MM`, UTC), by default the present one, with what this process
   * has counted up to now.
   * @throws UnavailableError while Redis is out, or MongoDB when Redis has lost the month
   * @throws NoTenantContextError
   */
  async getSummary(period?: string): Promise<UsageSummary> {
    const [summary] = await this.getSummaries([this.contexts.getTenant()], period);
    return summary!;
  }

  /**
   * The same for tenants named one by one, in their order: the operator's view.
   * @throws UnavailableError while Redis is out
   */
  async getSummaries(tenants: readonly ResolvedTenant[], period?: string): Promise<UsageSummary[]> {
    try {
      await this.flush();
      return await Promise.all(
        tenants.map(async (tenant) => {
          const usage = await this.ledger.read(tenant.id, period);
          return summarize(tenant.id, usage.period, usage.counts, tenant.getEffectiveLimits());
        }),
      );
    } catch (error) {
      throw new UnavailableError('Usage can not be read at the moment. Try again shortly.', 2, error);
    }
  }

  /** Sends what is left, if Redis takes it, and writes it down. */
  async onApplicationShutdown(): Promise<void> {
    await this.flush().catch(() => undefined);
    clearTimeout(this.timer);
    await this.snapshots.finish();
  }

  /**
   * One at a time, and whoever comes while one is running shares the next. Rejects if Redis didn't take it all; what it
   * didn't take is kept.
   */
  private flush(): Promise<void> {
    this.next ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.running = this.next!;
        this.next = undefined;
        return this.drain();
      });
    return this.next;
  }

  private async drain(): Promise<void> {
    // As much as there is now; what comes in meanwhile has its own turn.
    for (let calls = Math.ceil(this.pending.size / this.perCall) + 1; calls > 0; calls--) {
      if (this.unconfirmed.length === 0) this.unconfirmed = this.pending.take(this.perCall);
      if (this.unconfirmed.length === 0) return;
      const now = performance.now();
      await this.hashes.add(
        this.writer,
        this.unconfirmed.map((addition) => toAddition(addition, now)),
      );
      this.unconfirmed.forEach((addition) => this.snapshots.mark(addition));
      this.unconfirmed = [];
    }
  }

  private schedule(delay: number): void {
    this.timer ??= setTimeout(() => {
      this.flush().then(
        () => this.settle(false),
        (error: unknown) => this.settle(true, error),
      );
    }, delay).unref();
  }

  private settle(failed: boolean, error?: unknown): void {
    this.timer = undefined;
    if (failed && !this.failing) {
      this.logger.error({ err: error }, 'usage counts are kept in memory until Redis is back');
    }
    if (!failed && this.failing) this.logger.log('usage counts are sent to Redis again');
    this.failing = failed;
    if (failed) this.schedule(RETRY_AFTER_MS);
    else if (this.pending.size > 0) this.schedule(FLUSH_AFTER_MS);
  }
}
