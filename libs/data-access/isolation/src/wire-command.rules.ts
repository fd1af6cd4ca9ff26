import {
  documentsFault,
  filterFault,
  nestedFault,
  pipelineFault,
  updateFault,
  type BoundTo,
  type Fault,
} from './bound-operation.rules';
import type { OperationScope } from './operation-scope';
import type { CollectionKind } from './pipeline.rules';
import { isPlainObject, type PlainObject } from './plain.rules';

type Kinds = (collection: string) => CollectionKind;
type Check = (command: PlainObject, bound: BoundTo) => Fault;

const each = (items: unknown, check: (item: PlainObject) => Fault): Fault => {
  if (!Array.isArray(items)) return 'the command has no statements';
  for (const item of items) {
    const fault = isPlainObject(item) ? check(item) : 'a statement is not an object';
    if (fault !== null) return fault;
  }
  return null;
};

/** Commands that read or write documents on a tenant's behalf. Any other command on a tenant's collection is a fault. */
const CHECKED: Readonly<Record<string, Check>> = {
  find: ({ filter }, bound) => filterFault(filter, bound),
  distinct: ({ query }, bound) => filterFault(query, bound),
  aggregate: ({ pipeline }, bound) => pipelineFault(pipeline, bound),
  insert: ({ documents }, bound) => documentsFault(documents, bound),
  update: ({ updates }, bound) => each(updates, ({ q, u }) => filterFault(q, bound) ?? updateFault(u, bound)),
  delete: ({ deletes }, bound) => each(deletes, ({ q }) => filterFault(q, bound)),
  findAndModify: ({ query, update }, bound) => filterFault(query, bound) ?? updateFault(update, bound),
  // Continues a cursor whose first command was checked; it carries no filter of its own.
  getMore: () => null,
};

/** Commands that show or change no document. */
const DEFINITIONS = new Set(['create', 'createIndexes', 'listIndexes', 'killCursors']);

const onTenantCollection = (
  name: string,
  command: PlainObject,
  scope: OperationScope | undefined,
  kindOf: Kinds,
): Fault => {
  if (DEFINITIONS.has(name)) return null;
  if (scope === undefined) return 'no tenant was bound to the command and no bypass is active';
  switch (scope.kind) {
    case 'maintenance':
      return `${name} is not maintenance`;
    case 'cross-tenant':
      if (!scope.bypass.isActive) return 'the bypass has ended';
      return name === 'aggregate' || name === 'getMore' ? null : `${name} is not open to a bypass`;
    case 'tenant': {
      const check = CHECKED[name];
      return check === undefined
        ? `${name} is refused on a tenant's collection`
        : check(command, { tenantId: scope.tenantId, kindOf });
    }
  }
};

/** A pipeline over something else, which may still read tenants' collections on its way. */
const readsOf = (pipeline: unknown, kindOf: Kinds): string[] => {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (isPlainObject(value)) {
      for (const [key, inner] of Object.entries(value)) {
        const name =
          key === '$unionWith' || key === 'from' || key === 'coll' || key === 'into' ? inner : null;
        if (typeof name === 'string' && kindOf(name) === 'tenant') found.push(name);
        else visit(inner);
      }
    }
  };
  visit(pipeline);
  return found;
};

const throughPipeline = (pipeline: unknown, scope: OperationScope | undefined, kindOf: Kinds): Fault => {
  const [collection] = readsOf(pipeline, kindOf);
  if (collection === undefined) return null;
  if (scope?.kind === 'cross-tenant' && scope.bypass.isActive) return null;
  return scope?.kind === 'tenant'
    ? nestedFault(pipeline, { tenantId: scope.tenantId, kindOf })
    : `the pipeline reads ${collection} without a tenant`;
};

const bulkWriteFault = (command: PlainObject, kindOf: Kinds): Fault =>
  each(command['nsInfo'], ({ ns }) => {
    const collection = String(ns).slice(String(ns).indexOf('.') + 1);
    return kindOf(collection) === 'tenant' ? "the client's bulkWrite names a tenant's collection" : null;
  });

/**
 * What is wrong with a command that is about to leave for MongoDB, or `null`: one on a tenant's collection must carry
 * the id of the tenant that the operation was bound to.
 */
export const wireFault = (
  name: string,
  command: PlainObject,
  scope: OperationScope | undefined,
  kindOf: Kinds,
): { collection: string; reason: string } | null => {
  if (name === 'explain' && isPlainObject(command['explain'])) {
    const inner = command['explain'];
    return wireFault(Object.keys(inner)[0] ?? '', inner, scope, kindOf);
  }
  const target = name === 'getMore' ? command['collection'] : command[name];
  const collection = typeof target === 'string' ? target : '';
  const fault =
    kindOf(collection) === 'tenant'
      ? onTenantCollection(name, command, scope, kindOf)
      : name === 'aggregate'
        ? throughPipeline(command['pipeline'], scope, kindOf)
        : name === 'bulkWrite'
          ? bulkWriteFault(command, kindOf)
          : null;
  return fault === null ? null : { collection, reason: fault };
};
