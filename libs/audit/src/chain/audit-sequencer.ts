import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Metrics } from '@financeops/core/observability';
import { AuditChain } from './audit-chain';

/** Milliseconds between two looks for events without a place; spread, so that processes don't meet at each. */
const EVERY_MS = 400;
const AT_A_TIME = 500;

/** Chains events behind the requests, in every process: whichever comes first does it. */
@Injectable()
export class AuditSequencer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(AuditSequencer.name);
  private readonly chained;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;
  private failing = false;

  constructor(
    private readonly chain: AuditChain,
    metrics: Metrics,
  ) {
    this.chained = metrics.counter({
      name: 'audit_events_chained_total',
      help: 'Audit events that this process has given their place in a chain',
      labelNames: [],
    });
  }

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(
      () => {
        this.running = this.pass().finally(() => this.schedule());
      },
      EVERY_MS * (0.75 + Math.random() / 2),
    ).unref();
  }

  /** Never rejects: what has no place yet gets it later. */
  private async pass(): Promise<void> {
    try {
      for (let count = AT_A_TIME; count === AT_A_TIME && !this.stopped;) {
        count = await this.chain.advance(AT_A_TIME);
        if (count > 0) this.chained.inc(count);
      }
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.logger.warn({ err: error }, 'audit chain is behind');
      this.failing = true;
    }
  }
}
