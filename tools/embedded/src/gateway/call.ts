import type { Document } from 'bson';
import type { Command } from './command';
import type { Cursors } from './cursors';
import type { Database, Executor } from './postgres';
import type { RetriedWrites } from './retried-writes';
import type { Owner, Transaction, Transactions } from './transactions';

/** An answer: BSON as the engine gave it, or a document still to be written. */
export type Reply = Buffer | Document;

/** What all connections share. */
export interface Gateway {
  /** `host:port` that drivers know this server by. */
  address: string;
  database: Database;
  transactions: Transactions;
  cursors: Cursors;
  retriedWrites: RetriedWrites;
}

/** One command with all that its handler needs. */
export interface Call {
  gateway: Gateway;
  command: Command;
  /** Where its statements run: a transaction's connection, or any. */
  executor: Executor;
  transaction?: Transaction;
  /** The driver's connection. */
  owner: Owner;
  /** How often it ran before and lost a race. */
  tries: number;
}

export type Handler = (call: Call) => Promise<Reply> | Reply;
export type Handlers = Record<string, Handler>;
