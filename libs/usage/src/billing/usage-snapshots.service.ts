import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Metrics } from '@financeops/core/observability';
import { UsageCounters } from './usage-counters';
import type { TenantMonth } from './usage-snapshot.store';

/** Milliseconds between two rounds: what a lost Redis may cost of calls and bytes. */
const EVERY_MS = 2_000;
/** Tenants a round, so that many active ones cost both databases no more than so much a second. */
const A_ROUND = 500;

/**
 * Writes down the counters of those tenants that this process has counted for, those that have waited longest first.
 * What another process counts for is its business.
 */
@Injectable()
export class UsageSnapshots implements OnApplicationBootstrap {
  private readonly logger = new Logger(UsageSnapshots.name);
  private readonly waiting = new Map<string, TenantMonth>();
  private readonly written;
  private running: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private failing = false;

  constructor(
    private readonly ledger: UsageCounters,
    metrics: Metrics,
  ) {
    this.written = metrics.counter({
      name: 'usage_snapshots_total',
      help: 'Usage counters of a tenant and month written to MongoDB by this process',
    });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.round(A_ROUND), EVERY_MS).unref();
  }

  /** The counters of that month have changed. */
  mark({ tenantId, period }: TenantMonth): void {
    const key = `${tenantId}:${period}`;
    if (!this.waiting.has(key)) this.waiting.set(key, { tenantId, period });
  }

  /** Writes down what is left, for the end of the process. Never rejects. */
  async finish(): Promise<void> {
    clearInterval(this.timer);
    await this.round(this.waiting.size);
  }

  /** One at a time; never rejects. What fails is tried again in the next. */
  private round(size: number): Promise<void> {
    this.running = this.running.then(() => this.persist(size));
    return this.running;
  }

  private async persist(size: number): Promise<void> {
    const months = [...this.waiting.values()].slice(0, size);
    if (months.length === 0) return;
    for (const { tenantId, period } of months) this.waiting.delete(`${tenantId}:${period}`);
    try {
      await this.ledger.persist(months);
      this.written.inc(months.length);
      this.failing = false;
    } catch (error) {
      months.forEach((month) => this.mark(month));
      if (!this.failing) this.logger.warn({ err: error }, 'usage counters not persisted yet');
      this.failing = true;
    }
  }
}
