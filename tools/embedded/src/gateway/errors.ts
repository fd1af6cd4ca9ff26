import type { Document } from 'bson';
import { DatabaseError } from 'pg';
import { codeOfState, nameOfCode } from './error-codes';

export const code = {
  hostUnreachable: 6,
  lockTimeout: 24,
  namespaceNotFound: 26,
  cursorNotFound: 43,
  commandNotFound: 59,
  writeConflict: 112,
  noSuchTransaction: 251,
  duplicateKey: 11000,
} as const;

/** The driver runs the whole transaction again. */
export const transient = 'TransientTransactionError';
/** The driver sends the write again, under the same number. */
export const retryable = 'RetryableWriteError';

/** An error as MongoDB answers it. */
export class CommandError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly labels: string[] = [],
    /** Further fields of the answer. */
    readonly details: Document = {},
  ) {
    super(message);
  }

  toDocument(): Document {
    const labels = this.labels.length > 0 ? { errorLabels: this.labels } : {};
    return {
      ok: 0,
      errmsg: this.message,
      code: this.code,
      codeName: nameOfCode(this.code),
      ...labels,
      ...this.details,
    };
  }
}

export const noSuchTransaction = (number: string | undefined): CommandError =>
  new CommandError(
    code.noSuchTransaction,
    `Given transaction number ${number} does not match any in-progress transactions.`,
    [transient],
  );

/** Whether the statement lost against another and changed nothing: it can simply run again. */
export const isConflict = (error: unknown): boolean =>
  (error instanceof DatabaseError && (error.code === '40001' || error.code === '40P01')) ||
  (error instanceof CommandError && error.code === code.writeConflict);

export const isDuplicate = (error: unknown): error is DatabaseError =>
  error instanceof DatabaseError && (error.code === '23505' || error.code === '23P01');

/** Whether the connection to PostgreSQL ended under a statement: whether that took effect is unknown. */
export const isConnectionLost = (error: unknown): boolean =>
  error instanceof DatabaseError
    ? /^(57P0[123]|08...)$/.test(error.code ?? '')
    : error instanceof Error && !(error instanceof CommandError) && isNetworkError(error);

const isNetworkError = (error: Error & { code?: string }): boolean =>
  /^(ECONN|EPIPE|ENOENT)/.test(error.code ?? '') ||
  /[Cc]onnection (terminated|ended)|not queryable/.test(error.message);

/** What the driver is told about any error of a command. */
export function toCommandError(error: unknown, inTransaction: boolean): CommandError {
  if (error instanceof CommandError) return error;
  if (isConnectionLost(error)) {
    const label = inTransaction ? transient : retryable;
    return new CommandError(code.hostUnreachable, 'the database engine is being started again', [label]);
  }
  if (!(error instanceof DatabaseError))
    return new CommandError(1, error instanceof Error ? error.message : String(error));
  const number = codeOfState(error.code ?? '');
  if (!inTransaction) return new CommandError(number, error.message);
  // A collection, or a database, that another connection created after the transaction's snapshot: the next try sees it.
  const unseenCollection =
    /Unable to create (the specified collection|metadata database sentinel collection)/.test(error.message);
  if (unseenCollection || number === code.lockTimeout)
    return new CommandError(code.writeConflict, error.message, [transient]);
  const passes = number === code.writeConflict || number === code.noSuchTransaction;
  return new CommandError(number, error.message, passes ? [transient] : []);
}
