import { EJSON, ObjectId, type Document } from 'bson';
import type { DatabaseError } from 'pg';
import { deserialize } from './bson-walk';
import { CommandError, code } from './errors';
import type { Database, Row } from './postgres';

/** A unique index that refused a document. */
export interface UniqueIndex {
  namespace: string;
  name: string;
  key: Document;
}

const select = `SELECT c.database_name || '.' || c.collection_name AS namespace,
    (i.index_spec).index_name AS name, (i.index_spec).index_key::bytea AS key
  FROM documentdb_api_catalog.collection_indexes i JOIN documentdb_api_catalog.collections c USING (collection_id)`;

/** The index that a write error's text names (it names no more than that). */
export async function indexOfMessage(
  database: Database,
  namespace: [string, string],
  message: string,
): Promise<UniqueIndex | undefined> {
  const name = /Index '(.+)'$/.exec(message)?.[1];
  if (!name) return undefined;
  const where = 'WHERE c.database_name = $1 AND c.collection_name = $2 AND (i.index_spec).index_name = $3';
  return toIndex(await database.query('indexByName', `${select} ${where}`, [...namespace, name]));
}

/** The index behind a constraint that PostgreSQL names in an error. */
export async function indexOfError(
  database: Database,
  error: DatabaseError,
): Promise<UniqueIndex | undefined> {
  const [, index, collection] =
    /documents_rum_index_(\d+)|collection_pk_(\d+)/.exec(error.constraint ?? '') ?? [];
  if (index) return toIndex(await database.query('indexById', `${select} WHERE i.index_id = $1`, [index]));
  if (!collection) return undefined;
  const where = `WHERE i.collection_id = $1 AND (i.index_spec).index_name = '_id_'`;
  return toIndex(await database.query('idIndex', `${select} ${where}`, [collection]));
}

/** The refused document, which PostgreSQL prints in the error's detail. */
export function documentOfError(error: DatabaseError): Document {
  const hex = /=\(BSONHEX([0-9a-f]+)/.exec(error.detail ?? '')?.[1];
  return hex ? deserialize(Buffer.from(hex, 'hex')) : {};
}

/** MongoDB's words and fields for a document that `index` refused. */
export function duplicateKeyError(index: UniqueIndex, document: Document): CommandError {
  const keyValue = Object.fromEntries(
    Object.keys(index.key).map((path) => [path, at(document, path) ?? null]),
  );
  const shown = Object.entries(keyValue).map(([path, value]) => `${path}: ${show(value)}`);
  const message = `E11000 duplicate key error collection: ${index.namespace} index: ${index.name} dup key: { ${shown.join(', ')} }`;
  return new CommandError(code.duplicateKey, message, [], { keyPattern: index.key, keyValue });
}

/**
 * Whether an upsert by `filter` that `index` refused only lost a race: the filter asks for equality on exactly
 * the index's fields, so the next try finds the winner's document. This is MongoDB's own rule for its retry.
 */
export function lostUpsertRace(index: UniqueIndex, filter: Document): boolean {
  const fields = Object.keys(filter);
  const keys = Object.keys(index.key);
  return (
    fields.length === keys.length && keys.every((key) => fields.includes(key) && isEquality(filter[key]))
  );
}

function isEquality(condition: unknown): boolean {
  if (condition === null || typeof condition !== 'object' || '_bsontype' in condition) return true;
  const operators = Object.keys(condition).filter((name) => name.startsWith('$'));
  return operators.length === 0 || (operators.length === 1 && operators[0] === '$eq');
}

function at(document: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce((value, name) => (value as Document | null | undefined)?.[name] as unknown, document);
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return value instanceof ObjectId ? `ObjectId('${value.toHexString()}')` : EJSON.stringify(value);
}

function toIndex([row]: Row[]): UniqueIndex | undefined {
  if (!row) return undefined;
  return {
    namespace: row['namespace'] as string,
    name: row['name'] as string,
    key: deserialize(row['key'] as Buffer),
  };
}
