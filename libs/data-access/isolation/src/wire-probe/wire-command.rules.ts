import {
  documentsViolation,
  filterViolation,
  nestedViolation,
  pipelineViolation,
  updateViolation,
  type BoundTo,
} from '../bound-operation/bound-operation.rules';
import type { Violation } from '../audit/isolation.errors';
import { ownerOf, type CursorOwners } from '../operation-scope/cursor-owners';
import { knowsStages } from '../bound-operation/known-stages.rules';
import type { OperationScope } from '../operation-scope/operation-scope';
import type { CollectionKind } from '../placement/collection-kinds';
import { placementViolation } from '../placement/placement.rules';
import { isInert, isPlainObject, type PlainObject } from '../bson/bson-guards';
import { sourcesOf } from './wire-sources.rules';

type Kinds = (collection: string) => CollectionKind;

/** Where a command goes, and what is known of the databases. */
export interface Destination {
  /** The name of the database that it names. */
  database: string;
  /** The name of the shared one. */
  shared: string;
  /** Whose documents a collection holds, by its name. */
  kindOf: Kinds;
  /** Who opened the cursors that are read there. */
  cursors: CursorOwners;
}
type Check = (command: PlainObject, bound: BoundTo) => Violation;

const each = (items: unknown, check: (item: PlainObject) => Violation): Violation => {
  if (!Array.isArray(items) || !isInert(items)) return 'the command has no statements';
  for (const item of items) {
    const violation = isPlainObject(item) && isInert(item) ? check(item) : 'a statement is not an object';
    if (violation !== null) return violation;
  }
  return null;
};

/** Commands that read or write documents on a tenant's behalf. Any other command on a tenant's collection is a violation. */
const CHECKED: Readonly<Record<string, Check>> = {
  find: ({ filter }, bound) => filterViolation(filter, bound),
  distinct: ({ query }, bound) => filterViolation(query, bound),
  aggregate: ({ pipeline }, bound) => pipelineViolation(pipeline, bound),
  insert: ({ documents }, bound) => documentsViolation(documents, bound),
  update: ({ updates }, bound) =>
    each(updates, ({ q, u }) => filterViolation(q, bound) ?? updateViolation(u, bound)),
  delete: ({ deletes }, bound) => each(deletes, ({ q }) => filterViolation(q, bound)),
  findAndModify: ({ query, update }, bound) =>
    filterViolation(query, bound) ?? updateViolation(update, bound),
};

const UNKNOWN_STAGE = 'the pipeline has a stage that is not one of those that are known here';
const STRANGE_CURSOR = 'the cursor is not one that the operation opened';

/** Commands that name no collection and show or change no document. Any other without a known collection is a violation. */
const WITHOUT_COLLECTION = new Set([
  ...['hello', 'ping', 'buildInfo', 'saslStart', 'saslContinue', 'authenticate'],
  ...['endSessions', 'commitTransaction', 'abortTransaction', 'listCollections'],
]);

/** Commands that define a collection (never a view: it would show another's documents under its own name). */
const DEFINITIONS = new Set(['create', 'createIndexes']);

/** Commands that show and change no document, on any collection. */
const LOOKS = new Set(['listIndexes', 'killCursors']);

/** Commands on a shared collection; an aggregate also by what else it reads. */
const ON_SHARED = new Set([
  ...['find', 'distinct', 'count', 'aggregate', 'getMore'],
  ...['insert', 'update', 'delete', 'findAndModify'],
]);

const onTenantCollection = (
  name: string,
  command: PlainObject,
  scope: OperationScope | undefined,
  { kindOf, cursors }: Destination,
): Violation => {
  if (scope === undefined) return 'no tenant was bound to the command and no bypass is active';
  // It continues a cursor whose first command was checked, and carries no filter of its own.
  const continues = name === 'getMore' && scope.kind !== 'maintenance';
  const strange = continues && !cursors.has(command['getMore'], ownerOf(scope)) ? STRANGE_CURSOR : null;
  switch (scope.kind) {
    case 'maintenance':
      return DEFINITIONS.has(name) ? null : `${name} is not maintenance`;
    case 'cross-tenant':
      if (!scope.bypass.isActive) return 'the bypass has ended';
      if (continues) return strange;
      if (name !== 'aggregate') return `${name} is not open to a bypass`;
      if (sourcesOf(command['pipeline']).writes) return 'the pipeline writes';
      return knowsStages(command['pipeline']) ? null : UNKNOWN_STAGE;
    case 'tenant': {
      if (continues) return strange;
      const check = CHECKED[name];
      return check === undefined
        ? `${name} is refused on a tenant's collection`
        : check(command, { tenantId: scope.tenantId, kindOf });
    }
  }
};

/** A pipeline over a shared collection, which may still read tenants' collections, or write, on its way. */
const sharedPipelineViolation = (
  pipeline: unknown,
  scope: OperationScope | undefined,
  kindOf: Kinds,
): Violation => {
  const { reads, writes } = sourcesOf(pipeline);
  if (writes) return 'the pipeline writes';
  const kinds = reads.map((name) => (name === null ? 'unknown' : kindOf(name)));
  if (kinds.includes('unknown')) return 'the pipeline reads what no schema describes';
  if (!knowsStages(pipeline)) return UNKNOWN_STAGE;
  if (!kinds.includes('tenant')) return null;
  if (scope?.kind === 'cross-tenant') return scope.bypass.isActive ? null : 'the bypass has ended';
  return scope?.kind === 'tenant'
    ? nestedViolation(pipeline, { tenantId: scope.tenantId, kindOf })
    : "the pipeline reads a tenant's collection without a tenant";
};

const onSharedCollection = (
  name: string,
  command: PlainObject,
  scope: OperationScope | undefined,
  { kindOf, cursors }: Destination,
): Violation => {
  if (DEFINITIONS.has(name)) return null;
  if (!ON_SHARED.has(name)) return `${name} is not known to the probe`;
  // One that was opened within a tenant or a bypass may bring documents of tenants' collections too.
  if (name === 'getMore' && cursors.isOwned(command['getMore'])) {
    return cursors.has(command['getMore'], ownerOf(scope)) ? null : STRANGE_CURSOR;
  }
  return name === 'aggregate' ? sharedPipelineViolation(command['pipeline'], scope, kindOf) : null;
};

/** The driver's bulk write over several collections. */
const bulkWriteViolation = (command: PlainObject, { shared, kindOf }: Destination): Violation =>
  each(command['nsInfo'], ({ ns }) => {
    const [database = '', ...collection] = String(ns).split('.');
    return database === shared && kindOf(collection.join('.')) === 'shared'
      ? null
      : "the client's bulkWrite names more than shared collections";
  });

/** A tenant's own database has no shared collections: what reads one there is after something else. */
const there = (to: Destination): Destination =>
  to.database === to.shared
    ? to
    : { ...to, kindOf: (collection) => (to.kindOf(collection) === 'tenant' ? 'tenant' : 'unknown') };

const commandViolation = (
  name: string,
  collection: string,
  command: PlainObject,
  scope: OperationScope | undefined,
  to: Destination,
): Violation => {
  if (WITHOUT_COLLECTION.has(name) || LOOKS.has(name)) return null;
  if (name === 'bulkWrite') return bulkWriteViolation(command, to);
  if (name === 'create' && command['viewOn'] !== undefined) return 'a view is defined';
  const kind = to.kindOf(collection);
  const misplaced = placementViolation(to.database, kind, scope, to.shared);
  if (misplaced !== null) return misplaced;
  switch (kind) {
    case 'tenant':
      return onTenantCollection(name, command, scope, there(to));
    case 'shared':
      return onSharedCollection(name, command, scope, to);
    case 'unknown':
      // The rest of a long list of collections or indexes.
      if (name === 'getMore' && collection.startsWith('$cmd.list')) return null;
      return collection === ''
        ? `${name} names no collection`
        : `${name} on "${collection}", which no schema describes`;
  }
};

/**
 * What is wrong with a command that is about to leave for MongoDB, or `null`: one on a tenant's collection must carry
 * the id of the tenant that the operation was bound to, and every other must be known to touch no such collection.
 */
export const wireViolation = (
  name: string,
  command: PlainObject,
  scope: OperationScope | undefined,
  to: Destination,
): { collection: string; reason: string } | null => {
  // It has no computed fields: the driver has copied what it was given.
  if ('toBSON' in command) return { collection: '', reason: 'the command is not what it shows' };
  if (name === 'explain') {
    const inner = command['explain'];
    return isPlainObject(inner) && isInert(inner)
      ? wireViolation(Object.keys(inner)[0] ?? '', inner, scope, to)
      : { collection: '', reason: 'what is explained is not what it shows' };
  }
  const target = name === 'getMore' ? command['collection'] : command[name];
  const collection = typeof target === 'string' ? target : '';
  const violation = commandViolation(name, collection, command, scope, to);
  return violation === null ? null : { collection, reason: violation };
};
