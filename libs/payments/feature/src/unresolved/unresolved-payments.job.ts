import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Metrics } from '@financeops/core/observability';
import { PaymentResolver } from './payment-resolver.service';
import { UnresolvedPayments } from './unresolved-payments';

const LOOK_EVERY_MS = 2_000;
/** Payments that a process asks about at a time: a slow gateway mustn't hold up the rest for long. */
const AT_A_TIME = 8;

/** Asks about payments without an answer when they are due. Any number of processes may; a lease keeps them apart. */
@Injectable()
export class UnresolvedPaymentsJob implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('UnresolvedPayments');
  private readonly resolved;
  private timer: NodeJS.Timeout | undefined;
  private pass: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly unresolved: UnresolvedPayments,
    private readonly resolver: PaymentResolver,
    metrics: Metrics,
  ) {
    this.resolved = metrics.counter({
      name: 'payments_resolved_total',
      help: 'Payments that got their outcome by asking the gateway again',
      labelNames: [],
    });
    const open = metrics.gauge({
      name: 'payments_unresolved',
      help: 'Payments of all tenants without a final answer of their gateway',
      labelNames: ['overdue'],
      collect: async () => {
        // Without MongoDB the last figures stay, and the other metrics can be read.
        const counts = await this.unresolved.counts().catch(() => null);
        if (counts === null) return;
        open.set({ overdue: 'false' }, counts.waiting);
        open.set({ overdue: 'true' }, counts.overdue);
      },
    });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.look().catch((error: unknown) =>
        // MongoDB is away: what is open stays so until it is back.
        this.logger.warn({ err: error }, 'search for unresolved payments failed'),
      );
    }, LOOK_EVERY_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.pass?.catch(() => undefined);
  }

  /** Asks about everything that is due at the time `now` (milliseconds since the epoch). */
  look(now: number = Date.now()): Promise<void> {
    this.pass ??= Promise.all(Array.from({ length: AT_A_TIME }, () => this.drain(now)))
      .then(() => undefined)
      .finally(() => (this.pass = undefined));
    return this.pass;
  }

  private async drain(now: number): Promise<void> {
    while (!this.stopped) {
      const note = await this.unresolved.take(now);
      if (note === null) return;
      try {
        if (await this.resolver.resolve(note, now)) this.resolved.inc();
      } catch (error) {
        // Its lease runs, so that it isn't taken again in this pass.
        this.logger.error({ err: error, paymentId: note._id.toHexString() }, 'payment not resolved');
      }
    }
  }
}
