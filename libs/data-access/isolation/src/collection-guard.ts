import type { Collection as DriverCollection } from 'mongodb';
import type { Connection, Model } from 'mongoose';
import {
  bulkFault,
  documentFault,
  documentsFault,
  filterFault,
  pipelineFault,
  updateFault,
  type BoundTo,
  type Fault,
} from './bound-operation.rules';
import { kindOfCollection } from './collection-kinds';
import { IsolationViolationError } from './isolation.errors';
import { currentScope, type OperationScope } from './operation-scope';
import { reportViolation } from './violations';

type Check = (args: readonly unknown[], bound: BoundTo) => Fault;

const byFilter: Check = ([filter], bound) => filterFault(filter, bound);
const byUpdate: Check = ([filter, update], bound) => filterFault(filter, bound) ?? updateFault(update, bound);

/** The driver's methods that a tenant's operation may use, and how each is checked. Every other method is refused. */
const CHECKED: Readonly<Record<string, Check>> = {
  find: byFilter,
  findOne: byFilter,
  countDocuments: byFilter,
  distinct: ([, filter], bound) => filterFault(filter, bound),
  insertOne: ([document], bound) => documentFault(document, bound),
  insertMany: ([documents], bound) => documentsFault(documents, bound),
  updateOne: byUpdate,
  updateMany: byUpdate,
  findOneAndUpdate: byUpdate,
  bulkWrite: ([operations], bound) => bulkFault(operations, bound),
  aggregate: ([pipeline], bound) => pipelineFault(pipeline, bound),
};

/** What builds collections and indexes at boot; it touches no document. */
const MAINTENANCE = new Set(['createIndex', 'createIndexes', 'listIndexes', 'indexes']);

const writes = (pipeline: unknown): boolean =>
  !Array.isArray(pipeline) || pipeline.some((stage: object) => '$out' in stage || '$merge' in stage);

const fault = (
  method: string,
  args: readonly unknown[],
  scope: OperationScope | undefined,
  connection: Connection,
): Fault => {
  if (scope === undefined) return 'no tenant was bound to the operation and no bypass is active';
  switch (scope.kind) {
    case 'maintenance':
      return MAINTENANCE.has(method) ? null : `${method} is not maintenance`;
    case 'cross-tenant':
      if (!scope.bypass.isActive) return 'the bypass has ended';
      return method === 'aggregate' && !writes(args[0]) ? null : `${method} is not open to a bypass`;
    case 'tenant': {
      const check = CHECKED[method];
      const bound = {
        tenantId: scope.tenantId,
        kindOf: (name: string) => kindOfCollection(connection, name),
      };
      return check === undefined ? `${method} is refused on a tenant's collection` : check(args, bound);
    }
  }
};

const refuse = (collection: string, operation: string, reason: string): never => {
  const scope = currentScope();
  const tenantId = scope?.kind === 'tenant' ? scope.tenantId.toHexString() : null;
  reportViolation({ net: 'schema', tenantId, collection, operation, reason });
  throw new IsolationViolationError(reason, 'schema');
};

/** The driver's collection, with every method checked and every other way into it closed. */
const guarded = (raw: DriverCollection, connection: Connection): DriverCollection => {
  const methods = new Map<string, unknown>();
  return new Proxy(raw, {
    get(target, key) {
      if (typeof key === 'symbol') return undefined;
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') {
        return typeof value === 'object' && value !== null
          ? refuse(raw.collectionName, key, `${key} leads past the isolation`)
          : value;
      }
      let method = methods.get(key);
      if (method === undefined) {
        method = (...args: unknown[]): unknown => {
          const reason = fault(key, args, currentScope(), connection);
          if (reason !== null) refuse(raw.collectionName, key, reason);
          return Reflect.apply(value, target, args) as unknown;
        };
        methods.set(key, method);
      }
      return method;
    },
  });
};

type NativeCollection = { collection: DriverCollection | null };
const done = new WeakSet<object>();

/** Whether the model's collection is behind the guard. */
export const isGuarded = (model: Model<unknown>): boolean => done.has(model.collection);

/**
 * Puts the guard between Mongoose's collection object and the driver's. Mongoose sets the latter when the connection
 * opens (again after a reconnect), so it is caught in a setter.
 */
export const guardCollection = (model: Model<unknown>): void => {
  const native = model.collection as unknown as NativeCollection;
  if (done.has(native)) return;
  done.add(native);
  let inner: DriverCollection | null = null;
  const set = (raw: DriverCollection | null): void => {
    inner = raw === null ? null : guarded(raw, model.db);
  };
  set(native.collection);
  Object.defineProperty(native, 'collection', { configurable: false, get: () => inner, set });
};
