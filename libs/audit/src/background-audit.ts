import { AsyncResource } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { isMongoUnreachable } from '@financeops/core/mongo';
import type { NewAuditEvent } from './audit-event';
import type { AuditEvent } from './audit-event.schema';
import { AuditLog, toStored } from './audit-log';
import { ChainKey } from './chain/chain-key';
import { LostEvents } from './lost-events';

/** Events that a process holds while MongoDB is away; what comes beyond is lost, with an alarm. */
const MAX_PENDING = 10_000;
const PER_INSERT = 500;
/** Pause between two inserts: under load few of many events, where each of its own would cost MongoDB as much as the read. */
const GATHER_MS = 50;
const RETRY_AFTER_MS = 500;

/**
 * Records events behind the requests, for acts that are too many to wait for their record: reads. The first is stored
 * at once, and what comes in the moment after shares the next insert. A process that is killed loses what it holds; one
 * that is stopped stores it first.
 */
@Injectable()
export class BackgroundAudit implements OnApplicationShutdown {
  private readonly logger = new Logger(BackgroundAudit.name);
  /** Outside of any request's context, for it works for all of them. */
  private readonly outside = new AsyncResource('BackgroundAudit');
  private readonly pending: AuditEvent[] = [];
  private storing: Promise<void> | undefined;
  private stopping = false;

  constructor(
    private readonly log: AuditLog,
    private readonly lost: LostEvents,
    private readonly key: ChainKey,
  ) {}

  /** Never waits and never throws. */
  record(event: NewAuditEvent): void {
    if (this.pending.length >= MAX_PENDING) {
      this.lost.report(event, new Error('too many events are waiting for MongoDB'));
      return;
    }
    this.pending.push(toStored(this.key, event));
    this.storing ??= this.outside.runInAsyncScope(() => this.drain());
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.storing;
  }

  /** Never rejects. Called with something pending, so that it awaits before it ends. */
  private async drain(): Promise<void> {
    let failing = false;
    while (this.pending.length > 0) {
      const batch = this.pending.slice(0, PER_INSERT);
      try {
        await this.log.store(batch);
        this.pending.splice(0, batch.length);
        failing = false;
        if (batch.length < PER_INSERT && !this.stopping) await sleep(GATHER_MS);
      } catch (error) {
        if (isMongoUnreachable(error) && !this.stopping) {
          if (!failing)
            this.logger.error({ err: error }, 'audit events are kept in memory until MongoDB is back');
          failing = true;
          await sleep(RETRY_AFTER_MS);
        } else {
          // There is no later for a process that ends; and what MongoDB refuses, it would refuse again.
          const given = this.stopping ? this.pending.length : batch.length;
          for (const event of this.pending.splice(0, given)) this.lost.report(event, error);
        }
      }
    }
    // Here, not when the promise settles: what comes in between would wait for the next event.
    this.storing = undefined;
  }
}
