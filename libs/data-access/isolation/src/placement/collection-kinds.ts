import type { Connection } from 'mongoose';
import { sharedReason } from '@financeops/core/mongo';
import { rootOf } from './dedicated-connections';
import { tenantSchemaFacts } from '../document/tenant-schema-facts';

export type CollectionKind = 'tenant' | 'shared' | 'unknown';

const known = new WeakMap<Connection, { models: number; kinds: ReadonlyMap<string, CollectionKind> }>();

/** Whose documents a collection of the shared database holds, by the models compiled on its connection. */
const kindOfShared = (connection: Connection, collection: string): CollectionKind => {
  let entry = known.get(connection);
  // What is a tenant's stays a tenant's: models that were compiled since change nothing of that, and aren't counted.
  if (entry?.kinds.get(collection) === 'tenant') return 'tenant';
  const models = Object.keys(connection.models).length;
  if (entry?.models !== models) {
    const kinds = new Map<string, CollectionKind>();
    for (const {
      schema,
      collection: { name },
    } of Object.values(connection.models)) {
      const kind = tenantSchemaFacts(schema) !== undefined ? 'tenant' : 'shared';
      // A collection that two models describe is a tenant's if either says so.
      if (kind === 'tenant' || (sharedReason(schema) !== undefined && !kinds.has(name)))
        kinds.set(name, kind);
    }
    entry = { models, kinds };
    known.set(connection, entry);
  }
  return entry.kinds.get(collection) ?? 'unknown';
};

/** Whose documents a collection of the connection's database holds. A tenant's own database has no shared ones. */
export const kindOfCollection = (connection: Connection, collection: string): CollectionKind => {
  const root = rootOf(connection);
  const kind = kindOfShared(root, collection);
  return root !== connection && kind === 'shared' ? 'unknown' : kind;
};
