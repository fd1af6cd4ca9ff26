import { mongo } from 'mongoose';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Whether a unique index refused a write, and which: the fields of its key pattern, or `null`. */
export const duplicateKeyFields = (error: unknown): string[] | null => {
  if (!isRecord(error) || error['code'] !== 11000) return null;
  const pattern = error['keyPattern'];
  return isRecord(pattern) ? Object.keys(pattern) : [];
};

/** Names of driver and Mongoose errors that mean "MongoDB can't be reached now", as against a fault of ours. */
const UNREACHABLE = new Set([
  'MongoServerSelectionError',
  'MongooseServerSelectionError',
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'PoolClearedOnNetworkError',
  'MongoWaitQueueTimeoutError',
  'WaitQueueTimeoutError',
  'MongoClientClosedError',
  'MongoExpiredSessionError',
  'MongooseBulkSaveIncompleteError',
]);

/** Server codes: shutdown in progress, not primary, primary stepped down, host unreachable, network timeout and the like. */
const UNREACHABLE_CODES = new Set([6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);

/** The driver lets the failure of a write to its socket through as Node gave it, without a name of its own. */
const SOCKET_CODES = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH']);

export const isMongoUnreachable = (error: unknown): boolean =>
  error instanceof Error &&
  (UNREACHABLE.has(error.name) ||
    /buffering timed out|before initial connection is complete|Client must be connected/.test(
      error.message,
    ) ||
    (isRecord(error) && typeof error['code'] === 'number' && UNREACHABLE_CODES.has(error['code'])) ||
    (isRecord(error) && typeof error['code'] === 'string' && SOCKET_CODES.has(error['code'])) ||
    // A bulk write (insertMany, bulkWrite) wraps whatever ended it.
    (error instanceof mongo.MongoBulkWriteError && isMongoUnreachable(error.errorResponse)));

/** A transaction ran into others again and again, until its time was over. Nothing of it was written. */
export class ContentionError extends Error {
  constructor(cause: unknown) {
    super('A transaction conflicted with others for too long', { cause });
  }
}

/** Server codes: lock timeout, write conflict, no such transaction (it was aborted meanwhile). */
const CONTENTION_CODES = new Set([24, 112, 251]);

/** Whether it lost against others that wrote the same at the same time: later it may well succeed. */
export const isContention = (error: unknown): boolean =>
  error instanceof ContentionError ||
  (error instanceof mongo.MongoError &&
    (error.hasErrorLabel(mongo.MongoErrorLabel.TransientTransactionError) ||
      CONTENTION_CODES.has(Number(error.code))));
