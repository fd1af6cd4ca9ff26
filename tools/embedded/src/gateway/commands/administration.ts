import type { Call, Handlers, Reply } from '../call';
import { CommandError, code } from '../errors';
import { bson, oneDocument } from '../statements';

const withDocument = (name: string, call: string) => oneDocument(name, `SELECT ${call}::bytea AS document`);

/** Splits `database.collection`; only the first dot counts. */
export function splitNamespace(namespace: string): [database: string, collection: string] {
  const dot = namespace.indexOf('.');
  return [namespace.slice(0, dot), namespace.slice(dot + 1)];
}

const drop = async ({ command, executor }: Call): Promise<Reply> => {
  const collection = String(command.target);
  const text = 'SELECT documentdb_api.drop_collection($1, $2) AS dropped';
  const [row] = await executor.query('drop', text, [command.database, collection]);
  if (!row?.['dropped']) throw new CommandError(code.namespaceNotFound, 'ns not found');
  return { nIndexesWas: 1, ns: `${command.database}.${collection}`, ok: 1 };
};

const dropDatabase = async ({ command, executor }: Call): Promise<Reply> => {
  await executor.query('dropDatabase', 'SELECT documentdb_api.drop_database($1)', [command.database]);
  return { dropped: command.database, ok: 1 };
};

const renameCollection = async ({ command, executor }: Call): Promise<Reply> => {
  const [database, from] = splitNamespace(String(command.target));
  const [, to] = splitNamespace(command.get<string>('to') ?? '');
  const values = [database, from, to, command.get<boolean>('dropTarget') ?? false];
  await executor.query('rename', 'SELECT documentdb_api.rename_collection($1, $2, $3, $4)', values);
  return { ok: 1 };
};

const onCollection =
  (name: string, text: string, withBody: boolean) =>
  async ({ command, executor }: Call): Promise<Reply> => {
    const values = [command.database, String(command.target), ...(withBody ? [command.body()] : [])];
    const [row] = await executor.query(name, text, values);
    return row?.['document'] as Buffer;
  };

const withoutDatabase =
  (name: string, text: string) =>
  async ({ command, executor }: Call): Promise<Reply> => {
    const [row] = await executor.query(name, text, [command.body()]);
    return row?.['document'] as Buffer;
  };

const databaseStatistics = async ({ command, executor }: Call): Promise<Reply> => {
  const text = 'SELECT documentdb_api.db_stats($1)::bytea AS document';
  const [row] = await executor.query('dbStats', text, [command.database]);
  return row?.['document'] as Buffer;
};

/** Collections, indexes, databases. */
export const administrationCommands: Handlers = {
  create: withDocument('create', `documentdb_api.create_collection_view($1, $2${bson})`),
  drop,
  dropDatabase,
  renameCollection,
  // The engine's own queue takes a second or two an index; this builds it at once.
  createIndexes: withDocument(
    'createIndexes',
    `documentdb_api_internal.create_indexes_non_concurrently($1, $2${bson}, true)`,
  ),
  dropIndexes: withDocument(
    'dropIndexes',
    `documentdb_api_internal.drop_indexes_non_concurrently($1, $2${bson})`,
  ),
  collMod: onCollection(
    'collMod',
    `SELECT documentdb_api.coll_mod($1, $2, $3${bson})::bytea AS document`,
    true,
  ),
  collStats: onCollection('collStats', 'SELECT documentdb_api.coll_stats($1, $2)::bytea AS document', false),
  dbStats: databaseStatistics,
  dbstats: databaseStatistics,
  validate: oneDocument(
    'validate',
    `SELECT document::bytea AS document FROM documentdb_api.validate($1, $2${bson})`,
  ),
  listDatabases: withoutDatabase(
    'listDatabases',
    `SELECT documentdb_api.list_databases($1${bson})::bytea AS document`,
  ),
  currentOp: withoutDatabase(
    'currentOp',
    `SELECT document::bytea AS document FROM documentdb_api.current_op_command($1${bson})`,
  ),
};
