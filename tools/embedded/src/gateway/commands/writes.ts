import type { Document } from 'bson';
import type { Call, Handlers, Reply } from '../call';
import { documentOfError, duplicateKeyError, indexOfError, lostUpsertRace } from '../duplicate-key';
import { CommandError, code, isDuplicate, transient } from '../errors';
import { bson } from '../statements';
import { runWrite, type WriteKind } from '../write-statements';

const fields: Record<WriteKind, string> = { insert: 'documents', update: 'updates', delete: 'deletes' };

const write =
  (kind: WriteKind) =>
  (call: Call): Promise<Reply> => {
    const { command } = call;
    const statements = command.documents(fields[kind]);
    // The engine recognises a repeated write only when it has one statement.
    const retryId = statements.length === 1 ? (command.retryId ?? null) : null;
    return runWrite(call, {
      kind,
      database: command.database,
      collection: String(command.target),
      body: command.body(fields[kind]),
      statements,
      ordered: command.get<boolean>('ordered') ?? true,
      retryId,
    });
  };

const findAndModify = async (call: Call): Promise<Reply> => {
  const { command, executor, gateway } = call;
  const text = `SELECT p_result::bytea AS result FROM documentdb_api.find_and_modify($1, $2${bson}, $3)`;
  // Not under the id again after a lost race: the engine would take it for a repetition of the failed try.
  const retryId = call.tries === 0 ? (command.retryId ?? null) : null;
  try {
    const [row] = await executor.query('findAndModify', text, [command.database, command.body(), retryId]);
    return row?.['result'] as Buffer;
  } catch (error) {
    const index = isDuplicate(error) ? await indexOfError(gateway.database, error) : undefined;
    if (!index || !isDuplicate(error)) throw error;
    const filter: Document = command.get('query') ?? {};
    // Its next try, or the transaction's, finds the winner's document.
    if (command.get('upsert') && lostUpsertRace(index, filter)) {
      throw new CommandError(code.writeConflict, error.message, call.transaction ? [transient] : []);
    }
    throw duplicateKeyError(index, { ...filter, ...documentOfError(error) });
  }
};

export const writeCommands: Handlers = {
  insert: write('insert'),
  update: write('update'),
  delete: write('delete'),
  findAndModify,
  findandmodify: findAndModify,
};
