import { setTimeout as sleep } from 'node:timers/promises';
import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Metrics } from '@financeops/core/observability';
import { TenantContextService } from '@financeops/tenancy/context';
import { TenantDirectory } from '@financeops/tenancy/directory';
import { BulkProcessor } from './bulk-processor';
import type { BulkTurn } from './bulk-turn.schema';
import { BulkTurns, TURN_LEASE_MS } from './bulk-turns';

/** Tenants that one worker serves at a time. */
const LANES = 3;
/** Milliseconds between two looks when nobody has anything to do. */
const IDLE_MS = 250;
/** Milliseconds to wait after a fault: MongoDB is away, for instance. */
const AFTER_FAULT_MS = 1_000;

/** Serves the tenants that have files to be paid, in turn. Any number of workers may run; a lease keeps them apart. */
@Injectable()
export class BulkWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(BulkWorker.name);
  private readonly stopping = new AbortController();
  private readonly lines;
  private lanes: Promise<void>[] = [];

  constructor(
    private readonly turns: BulkTurns,
    private readonly processor: BulkProcessor,
    private readonly directory: TenantDirectory,
    private readonly contexts: TenantContextService,
    metrics: Metrics,
  ) {
    this.lines = metrics.counter({
      name: 'bulk_payment_lines_total',
      help: 'Lines of payment files that were ended, whatever became of them',
      labelNames: [],
    });
  }

  onApplicationBootstrap(): void {
    this.lanes = Array.from({ length: LANES }, () => this.serve());
  }

  /** Turns that have begun are finished. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.lanes);
  }

  private async serve(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        const turn = await this.turns.take(Date.now());
        if (turn === null) await this.rest(IDLE_MS);
        else await this.give(turn);
      } catch (error) {
        this.logger.warn({ err: error }, 'bulk payment slice failed; its lines will be retried');
        await this.rest(AFTER_FAULT_MS);
      }
    }
  }

  private async give(turn: BulkTurn): Promise<void> {
    const tenant = await this.directory.findById(turn._id);
    if (tenant === null) throw new Error(`The tenant ${turn._id} is not to be found.`);
    // What was accepted stays accepted; no money moves for a tenant that was switched off.
    if (!tenant.isActive) return this.turns.pause(turn, Date.now());
    const sign = setInterval(() => {
      this.turns.keep(turn, Date.now()).catch(() => undefined);
    }, TURN_LEASE_MS / 3);
    try {
      const ended = await this.contexts.run({ tenant, resolvedVia: 'job', resolvedAt: Date.now() }, () =>
        this.processor.turn(),
      );
      if (ended !== null) this.lines.inc(ended);
      await (ended === null ? this.turns.finish(turn, Date.now()) : this.turns.pass(turn, Date.now()));
    } catch (error) {
      await this.turns.pass(turn, Date.now()).catch(() => undefined);
      throw error;
    } finally {
      clearInterval(sign);
    }
  }

  private async rest(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}
