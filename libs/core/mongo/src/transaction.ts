import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { ClientSession, Connection } from 'mongoose';
import { AsyncSlot } from '@financeops/core/async-context';
import { AdmissionQueue } from './admission-queue';
import { boundCommits } from './bounded-commit';
import { boundRetries } from './bounded-retries';

/**
 * Of the connections, how many transactions may use at a time. More of them at once would hold locks while they wait for
 * a connection, conflict with each other and time out; so they wait before they begin.
 */
const SHARE_OF_POOL = 0.75;

interface Transaction {
  readonly session: ClientSession;
  /** What is to happen outside of MongoDB once this attempt is committed. */
  readonly effects: (() => void)[];
}

const transactions = new AsyncSlot<Transaction>();

/** The transaction that the calling code runs in, if any. Repositories read it when they build a query. */
export const currentSession = (): ClientSession | undefined => transactions.get()?.session;

/**
 * Runs `effect` once what the calling code has written stands: after the commit of its transaction, or now outside of
 * any. It runs once however often the driver repeats the work, and never for what was undone. When a commit's outcome
 * isn't known (the caller gets an error), it doesn't run. `effect` must not throw.
 */
export const afterCommit = (effect: () => void): void => {
  const transaction = transactions.get();
  if (transaction === undefined) effect();
  else transaction.effects.push(effect);
};

/**
 * Runs work in one MongoDB transaction: all of it or nothing, majority-committed. Every repository call inside takes
 * part by itself. The driver runs `work` again on a write conflict, so it must have no effect but on MongoDB;
 * what else has to happen goes through `afterCommit`.
 */
@Injectable()
export class TransactionRunner {
  private readonly queue: AdmissionQueue;

  constructor(@InjectConnection() private readonly connection: Connection) {
    const { maxPoolSize } = connection.getClient().options;
    this.queue = new AdmissionQueue(Math.max(1, Math.floor(maxPoolSize * SHARE_OF_POOL)));
  }

  async run<R>(work: () => Promise<R>): Promise<R> {
    if (currentSession() !== undefined) return work();
    return this.queue.run(() => this.transact(work));
  }

  private async transact<R>(work: () => Promise<R>): Promise<R> {
    const session = await this.connection.startSession();
    boundCommits(session);
    let effects: Transaction['effects'] = [];
    const attempt = boundRetries(() => {
      effects = [];
      return transactions.run({ session, effects }, work);
    });
    try {
      const result = await session.withTransaction(attempt, {
        readConcern: { level: 'snapshot' },
        writeConcern: { w: 'majority' },
      });
      for (const effect of effects) effect();
      return result;
    } finally {
      await session.endSession();
    }
  }
}
