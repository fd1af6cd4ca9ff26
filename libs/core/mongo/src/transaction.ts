import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { ClientSession, Connection } from 'mongoose';

const sessions = new AsyncLocalStorage<ClientSession>();

/** The transaction that the calling code runs in, if any. Repositories read it when they build a query. */
export const currentSession = (): ClientSession | undefined => sessions.getStore();

/**
 * Runs work in one MongoDB transaction: all of it or nothing, majority-committed. Every repository call inside takes
 * part by itself. The driver runs `work` again on a write conflict, so it must have no effect but on MongoDB.
 */
@Injectable()
export class TransactionRunner {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  async run<R>(work: () => Promise<R>): Promise<R> {
    if (currentSession() !== undefined) return work();
    const session = await this.connection.startSession();
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
