import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { OwnerlessPaymentsJob } from './ownerless-payments.job';
import { Turns } from './turns';
import { UsageReconciliation, type ReconciliationReport } from './usage-reconciliation.service';

/** Milliseconds between two looks whether something is due. */
const LOOK_EVERY_MS = 5_000;
const ALL_EVERY_MS = 15 * 60_000;
const OWNERLESS_EVERY_MS = 24 * 3_600_000;

/**
 * Reconciles all tenants regularly, and whoever's counters were rebuilt soon after; looks daily for payments that are in
 * nobody's count. One process at a time does it.
 */
@Injectable()
export class UsageReconciliationJob implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('UsageReconciliation');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private stopping = false;

  constructor(
    private readonly reconciliation: UsageReconciliation,
    private readonly ownerless: OwnerlessPaymentsJob,
    private readonly turns: Turns,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running ??= this.look().finally(() => (this.running = undefined));
    }, LOOK_EVERY_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.stopping = true;
    this.reconciliation.stop();
    await this.running;
  }

  /** Never rejects: MongoDB or Redis is away, and what is due stays due. */
  private async look(): Promise<void> {
    try {
      this.tell(await this.reconciliation.rebuilt());
      if (await this.turns.take('usage-reconciliation', ALL_EVERY_MS)) {
        this.tell(await this.reconciliation.all());
      }
      if (await this.turns.take('ownerless-payments', OWNERLESS_EVERY_MS)) await this.ownerless.look();
    } catch (error) {
      if (!this.stopping) this.logger.warn({ err: error }, 'usage reconciliation failed');
    }
  }

  private tell({ checked, differences }: ReconciliationReport): void {
    if (checked > 0) this.logger.log({ checked, differences: differences.length }, 'usage reconciled');
  }
}
