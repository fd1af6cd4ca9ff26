import { Long, type Document } from 'bson';
import type { Call, Handlers, Reply } from '../call';
import { deserialize, deserializeExactly, serialize } from '../bson-walk';
import { runWrite, type Write } from '../write-statements';
import { splitNamespace } from './administration';

/** Answer to one operation of a bulkWrite. */
interface Outcome extends Document {
  ok: 0 | 1;
  idx: number;
  n: number;
}

/**
 * MongoDB 8's bulkWrite over several collections, one operation after the other:
 * the engine has no such command.
 */
const bulkWrite = async (call: Call): Promise<Reply> => {
  const { command } = call;
  const namespaces = command
    .documents('nsInfo')
    .map((info) => splitNamespace(String(deserialize(info)['ns'])));
  const ordered = command.get<boolean>('ordered') ?? true;
  const errorsOnly = command.get<boolean>('errorsOnly') ?? false;
  const totals = { nErrors: 0, nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 };
  const outcomes: Outcome[] = [];
  for (const [idx, operation] of command.documents('ops').entries()) {
    const write = toWrite(deserializeExactly(operation), namespaces);
    const reply = await runWrite(call, write);
    const outcome = count(totals, write, Buffer.isBuffer(reply) ? deserialize(reply) : reply, idx);
    if (!errorsOnly || outcome.ok === 0) outcomes.push(outcome);
    if (outcome.ok === 0 && ordered) break;
  }
  return { cursor: { id: Long.ZERO, firstBatch: outcomes, ns: 'admin.$cmd.bulkWrite' }, ...totals, ok: 1 };
};

function toWrite(operation: Document, namespaces: [string, string][]): Write {
  const kind =
    (['insert', 'update', 'delete'] as const).find((candidate) => candidate in operation) ?? 'insert';
  const [database, collection] = namespaces[Number(operation[kind])] ?? ['', ''];
  const { filter, updateMods, document, multi, upsert, arrayFilters, collation, hint, sort } = operation;
  const options = { collation, hint };
  const statement =
    kind === 'insert'
      ? (document as Document)
      : kind === 'update'
        ? { q: filter, u: updateMods, multi, upsert, arrayFilters, sort, ...options }
        : { q: filter, limit: multi ? 0 : 1, ...options };
  const body = serialize({ [kind]: collection });
  return {
    kind,
    database,
    collection,
    body,
    statements: [serialize(statement)],
    ordered: true,
    retryId: null,
  };
}

function count(totals: Record<string, number>, { kind }: Write, reply: Document, idx: number): Outcome {
  const add = (name: string, n: number): void => void (totals[name] = (totals[name] ?? 0) + n);
  const [error] = (reply['writeErrors'] as Document[] | undefined) ?? [];
  if (error) {
    add('nErrors', 1);
    const { code, errmsg, keyPattern, keyValue } = error;
    return {
      ok: 0,
      idx,
      n: 0,
      code: code as number,
      errmsg: errmsg as string,
      keyPattern: keyPattern as Document,
      keyValue: keyValue as Document,
    };
  }
  const n = Number(reply['n']);
  if (kind === 'insert') add('nInserted', n);
  if (kind === 'delete') add('nDeleted', n);
  if (kind !== 'update') return { ok: 1, idx, n };
  const [upserted] = (reply['upserted'] as Document[] | undefined) ?? [];
  const nModified = Number(reply['nModified']);
  add(upserted ? 'nUpserted' : 'nMatched', n);
  add('nModified', nModified);
  return { ok: 1, idx, n, nModified, ...(upserted ? { upserted: { _id: upserted['_id'] as unknown } } : {}) };
}

export const bulkWriteCommands: Handlers = { bulkWrite };
