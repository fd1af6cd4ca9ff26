import { setTimeout as sleep } from 'node:timers/promises';
import type { Document } from 'bson';
import type { Call } from './call';
import { deserialize, elementsOf } from './bson-walk';
import { duplicateKeyError, indexOfMessage, lostUpsertRace } from './duplicate-key';
import { codeOfState, unpackState } from './error-codes';
import { CommandError, code, transient } from './errors';
import { bson, bsonSequence } from './statements';

export type WriteKind = 'insert' | 'update' | 'delete';

/** A write command, taken apart. */
export interface Write {
  kind: WriteKind;
  database: string;
  collection: string;
  /** The command without its documents. */
  body: Buffer;
  /** Inserted documents, or update or delete statements. */
  statements: Buffer[];
  ordered: boolean;
  retryId: string | null;
}

interface WriteError extends Document {
  index: number;
  code: number;
  errmsg: string;
  /** Set when the statement only lost a race and can run again. */
  raced?: boolean;
}

/** Enough for a hundred writers of one document; each try has a winner. */
const tries = 200;

/**
 * Runs a write, and again those of its statements that lost a race against another writer.
 * In a transaction they do not run again: a conflict there ends the transaction.
 * @returns the engine's answer, with MongoDB's error numbers
 */
export async function runWrite(call: Call, write: Write): Promise<Buffer | Document> {
  const first = await runOnce(call, write);
  if (Buffer.isBuffer(first)) return first;
  for (let tried = 1; tried < tries; tried += 1) {
    const raced = writeErrors(first).find((error) => error.raced);
    if (!raced) break;
    await sleep(Math.random() * Math.min(50, 2 * tried));
    first['writeErrors'] = writeErrors(first).filter((error) => error !== raced);
    const rest = write.ordered
      ? write.statements.slice(raced.index)
      : write.statements.slice(raced.index, raced.index + 1);
    // Without the retry id: under it the engine would take the new try for a repetition of the failed one.
    const again = await runOnce(call, { ...write, statements: rest, retryId: null });
    merge(first, Buffer.isBuffer(again) ? deserialize(again) : again, raced.index);
  }
  const errors = writeErrors(first);
  for (const error of errors) delete error.raced;
  if (errors.length === 0) delete first['writeErrors'];
  return first;
}

const writeErrors = (reply: Document): WriteError[] =>
  (reply['writeErrors'] as WriteError[] | undefined) ?? [];

function merge(total: Document, further: Document, offset: number): void {
  total['n'] += further['n'];
  if ('nModified' in further) total['nModified'] += further['nModified'];
  const shift = <T extends { index: number }>(entry: T): T => ({ ...entry, index: entry.index + offset });
  const upserted = ((further['upserted'] as { index: number }[] | undefined) ?? []).map(shift);
  if (upserted.length > 0)
    total['upserted'] = [...((total['upserted'] as unknown[] | undefined) ?? []), ...upserted];
  const errors = [...writeErrors(total), ...writeErrors(further).map(shift)];
  total['writeErrors'] = errors.sort((a, b) => a.index - b.index);
}

/** The raw answer when all went well; otherwise parsed, its errors put into MongoDB's words. */
async function runOnce(call: Call, write: Write): Promise<Buffer | Document> {
  const text = `SELECT p_result::bytea AS result FROM documentdb_api.${write.kind}($1, $2${bson}, $3${bsonSequence}, $4)`;
  const values = [write.database, write.body, Buffer.concat(write.statements), write.retryId];
  const [row] = await call.executor.query(write.kind, text, values);
  const raw = row?.['result'] as Buffer;
  if (!elementsOf(raw).some(({ name }) => name === 'writeErrors')) return raw;
  const reply = deserialize(raw);
  const statement = (error: WriteError) =>
    deserialize(write.statements[error.index] ?? Buffer.from([5, 0, 0, 0, 0]));
  reply['writeErrors'] = await Promise.all(
    writeErrors(reply).map((error) => translate(call, write, error, statement(error))),
  );
  return reply;
}

async function translate(
  call: Call,
  write: Write,
  error: WriteError,
  statement: Document,
): Promise<WriteError> {
  const number = codeOfState(unpackState(error.code));
  const conflict = number === code.writeConflict || number === code.lockTimeout;
  if (conflict && call.transaction) throw new CommandError(code.writeConflict, error.errmsg, [transient]);
  if (conflict) return { ...error, code: code.writeConflict, raced: true };
  if (number !== code.duplicateKey) return { ...error, code: number };
  const { database } = call.gateway;
  const index = await indexOfMessage(database, [write.database, write.collection], error.errmsg);
  if (!index) return { ...error, code: number };
  const { message, details } = duplicateKeyError(
    index,
    write.kind === 'insert' ? statement : afterUpdate(statement),
  );
  const raced = Boolean(statement['upsert']) && lostUpsertRace(index, statement['q'] as Document);
  // The winner's document is newer than the transaction's snapshot: its next try finds it.
  if (raced && call.transaction) throw new CommandError(code.writeConflict, message, [transient]);
  return { ...error, ...details, code: number, errmsg: message, raced };
}

/** What is known of the document that an update statement would have made. */
function afterUpdate({ q, u }: Document): Document {
  if (Array.isArray(u))
    return Object.assign({}, q, ...u.map((stage: Document) => stage['$set'] as Document)) as Document;
  const change = u as Document;
  const byOperators = Object.keys(change)[0]?.startsWith('$');
  return { ...q, ...(byOperators ? { ...change['$setOnInsert'], ...change['$set'] } : change) };
}
