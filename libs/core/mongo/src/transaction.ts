import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { ClientSession, Connection } from 'mongoose';
import { AdmissionQueue } from './admission-queue';
import { boundCommits } from './bounded-commit';

/**
 * Of the connections, how many transactions may use at a time. More of them at once would hold locks while they wait for
 * a connection, conflict with each other and time out; so they wait before they begin.
 */
const SHARE_OF_POOL = 0.75;

const sessions = new AsyncLocalStorage<ClientSession>();

/** The transaction that the calling code runs in, if any. Repositories read it when they build a query. */
export const currentSession = (): ClientSession | undefined => sessions.getStore();

/**
 * Runs work in one MongoDB transaction: all of it or nothing, majority-committed. Every repository call inside takes
 * part by itself. The driver runs `work` again on a write conflict, so it must have no effect but on MongoDB.
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
    try {
      return await session.withTransaction(() => sessions.run(session, work), {
        readConcern: { level: 'snapshot' },
        writeConcern: { w: 'majority' },
      });
    } finally {
      await session.endSession();
    }
  }
}
