import type { Collection as DriverCollection } from 'mongodb';
import type { Model } from 'mongoose';
import type { Violation } from '../audit/isolation.errors';
import { IsolationViolationError } from '../audit/isolation.errors';
import { currentScope } from '../operation-scope/operation-scope';
import { snapshotArguments } from './snapshot-arguments';
import { guardCursor, type CursorGuard } from './snapshot-cursor';
import { reportViolation } from '../audit/violations';

/** Returns what is wrong with a call to the driver's collection, or `null`. */
export type Judge = (method: string, args: readonly unknown[]) => Violation;

const refuse = (collection: string, operation: string, reason: string): never => {
  const scope = currentScope();
  const tenantId = scope?.kind === 'tenant' ? scope.tenantId.toHexString() : null;
  reportViolation({ net: 'schema', tenantId, collection, operation, reason });
  throw new IsolationViolationError(reason, 'schema');
};

/** The driver's collection, with every method judged and every other way into it closed. */
const guarded = (raw: DriverCollection, judge: Judge): DriverCollection => {
  const methods = new Map<string, unknown>();
  const judged = (method: string, args: readonly unknown[]): void => {
    const reason = judge(method, args);
    if (reason !== null) refuse(raw.collectionName, method, reason);
  };
  const cursors: CursorGuard = {
    judge: (method, query) => judged(method, [query]),
    refuse: (method, reason) => refuse(raw.collectionName, method, reason),
  };
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
          const pinned = snapshotArguments(args);
          judged(key, pinned);
          return guardCursor(Reflect.apply(value, target, pinned), cursors);
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
export const guardCollection = (model: Model<unknown>, judge: Judge): void => {
  const native = model.collection as unknown as NativeCollection;
  if (done.has(native)) return;
  done.add(native);
  let inner: DriverCollection | null = null;
  const set = (raw: DriverCollection | null): void => {
    inner = raw === null ? null : guarded(raw, judge);
  };
  set(native.collection);
  Object.defineProperty(native, 'collection', { configurable: false, get: () => inner, set });
};
