import { Long } from 'bson';
import type { Call, Handler, Handlers, Reply } from '../call';
import { assemble, elementsOf } from '../bson-walk';
import { CommandError, code } from '../errors';
import { bson, oneDocument } from '../statements';

const firstPage =
  (engineFunction: string): Handler =>
  async ({ gateway, command, executor }) => {
    const text = `SELECT cursorpage::bytea AS page, continuation::bytea AS continuation
      FROM documentdb_api.${engineFunction}_cursor_first_page($1, $2${bson})`;
    const [row] = await executor.query(engineFunction, text, [command.database, command.body()]);
    const page = row?.['page'] as Buffer;
    gateway.cursors.remember(page, row?.['continuation'] as Buffer | null, executor);
    return page;
  };

const getMore = async ({ gateway, command, executor, transaction }: Call): Promise<Reply> => {
  const id = String(command.target);
  const cursor = gateway.cursors.get(id);
  const text = `SELECT cursorpage::bytea AS page, continuation::bytea AS continuation
    FROM documentdb_api.cursor_get_more($1, $2${bson}, $3${bson})`;
  const values = [command.database, command.body(), cursor.continuation];
  const [row] = await (transaction ? cursor.executor : executor).query('getMore', text, values);
  gateway.cursors.advance(id, row?.['continuation'] as Buffer | null);
  return row?.['page'] as Buffer;
};

const killCursors = ({ gateway, command }: Call): Reply => {
  const ids = (command.get<(Long | number | bigint)[]>('cursors') ?? []).map((id) =>
    Long.fromString(String(id)),
  );
  const killed = ids.filter((id) => gateway.cursors.close(String(id)));
  const notFound = ids.filter((id) => !killed.includes(id));
  return { cursorsKilled: killed, cursorsNotFound: notFound, cursorsAlive: [], cursorsUnknown: [], ok: 1 };
};

/** The engine explains a query's plan as PostgreSQL sees it. */
const explain = async ({ command, executor }: Call): Promise<Reply> => {
  const inner = command.document('explain') ?? Buffer.alloc(0);
  const elements = elementsOf(inner);
  const kinds: Record<string, string> = {
    find: 'find',
    aggregate: 'pipeline',
    count: 'count',
    distinct: 'distinct',
  };
  const kind = kinds[elements[0]?.name ?? ''];
  if (!kind) throw new CommandError(code.commandNotFound, 'only queries can be explained');
  const query = assemble(
    inner,
    elements.filter(({ name }) => !/^(\$db|lsid|\$readPreference)$/.test(name)),
  );
  const database = command.database.replaceAll("'", "''");
  const text = `EXPLAIN (FORMAT JSON) SELECT document FROM documentdb_api_catalog.bson_aggregation_${kind}(
    '${database}', '\\x${query.toString('hex')}'::bytea::documentdb_core.bson)`;
  const [row] = await executor.query('', text, []);
  return { queryPlanner: { plan: JSON.stringify(row?.['QUERY PLAN']) }, ok: 1 };
};

export const readCommands: Handlers = {
  find: firstPage('find'),
  aggregate: firstPage('aggregate'),
  listCollections: firstPage('list_collections'),
  listIndexes: firstPage('list_indexes'),
  getMore,
  killCursors,
  explain,
  count: oneDocument(
    'count',
    `SELECT document::bytea AS document FROM documentdb_api.count_query($1, $2${bson})`,
  ),
  distinct: oneDocument(
    'distinct',
    `SELECT document::bytea AS document FROM documentdb_api.distinct_query($1, $2${bson})`,
  ),
};
