import mongoose from 'mongoose';
import { ownerOf } from '../operation-scope/cursor-owners';
import { currentScope } from '../operation-scope/operation-scope';
import { snapshotArguments } from './snapshot-arguments';
import type { PlainObject } from '../bson/bson-guards';

/** What the guard of a collection does for the cursors that come out of it. Both throw what they refuse with. */
export interface CursorGuard {
  /** Judges what is about to be sent, by the method that gave the cursor. */
  judge(method: string, query: unknown): void;
  refuse(method: string, reason: string): never;
}

const { AbstractCursor, AggregationCursor, FindCursor } = mongoose.mongo;

/** A class's constructor that returns an object puts the private fields of those that extend it on that object. */
const Given = function given(object: object): object {
  return object;
} as unknown as new (object: object) => object;

/** The guard on a cursor, where only this file can see or change it. */
class Guarded extends Given {
  readonly #guard: CursorGuard;
  /** `null`: opened in no scope, as only what is no tenant's can be. */
  #owner: string | null | undefined;

  constructor(cursor: object, guard: CursorGuard) {
    super(cursor);
    this.#guard = guard;
  }

  /** The query leaves in the operation of this tenant or bypass. */
  static sent(cursor: object): void {
    (cursor as Guarded).#owner = ownerOf(currentScope());
  }

  /** Whether the operation under way is the same one's. */
  static isOwn(cursor: object): boolean {
    return ownerOf(currentScope()) === (cursor as Guarded).#owner;
  }

  static guardOf(cursor: object): CursorGuard {
    return (cursor as Guarded).#guard;
  }
}

/** A cursor's methods that change what it reads, or give another cursor whose methods do. */
const LOOSENING = ['filter', 'clone', 'addStage', 'count'] as const;

/** The driver's, which read the query and send it. */
const SENDING = ['_initialize', 'explain'] as const;

interface Kind {
  method: 'find' | 'aggregate';
  /** Where the driver keeps the query until it sends it. */
  field: 'cursorFilter' | 'pipeline';
}

/**
 * Sends a private copy that was checked just before: the driver reads the field when it is called,
 * before anything is awaited (tested).
 */
const asJudged = <R>(cursor: PlainObject, { method, field }: Kind, send: () => R): R => {
  const shown = cursor[field];
  const [query] = snapshotArguments([shown]);
  Guarded.guardOf(cursor).judge(method, query);
  cursor[field] = query;
  if (cursor[field] !== query) Guarded.guardOf(cursor).refuse(field, `${field} is not what it was set to`);
  Guarded.sent(cursor);
  try {
    return send();
  } finally {
    cursor[field] = shown;
  }
};

type Method = (...args: unknown[]) => unknown;

const guardedMethods = (prototype: object, kind: Kind): PropertyDescriptorMap => {
  const guarded: Record<string, Method> = {};
  for (const name of LOOSENING) {
    if (!(name in prototype)) continue;
    guarded[name] = function refuse(this: object) {
      return Guarded.guardOf(this).refuse(name, `${name} is refused on a cursor`);
    };
  }
  for (const name of SENDING) {
    const send = Reflect.get(prototype, name) as Method;
    guarded[name] = function sendJudged(this: PlainObject, ...args: unknown[]) {
      return asJudged(this, kind, () => Reflect.apply(send, this, args));
    };
  }
  const more = Reflect.get(prototype, 'getMore') as Method;
  guarded['getMore'] = function getOwn(this: object, ...args: unknown[]) {
    if (!Guarded.isOwn(this)) {
      Guarded.guardOf(this).refuse('getMore', 'the cursor is not one that the operation opened');
    }
    return Reflect.apply(more, this, args);
  };
  return Object.fromEntries(
    Object.entries(guarded).map(([name, value]) => [
      name,
      { value, writable: false, configurable: false, enumerable: false },
    ]),
  );
};

// Own properties of each cursor that can't be written or removed: with another prototype, the engine runs the whole of
// the driver's cursor code twice as slowly (measured). The functions are one set for each of the driver's classes.
const METHODS = new Map<unknown, PropertyDescriptorMap>([
  [FindCursor.prototype, guardedMethods(FindCursor.prototype, { method: 'find', field: 'cursorFilter' })],
  [
    AggregationCursor.prototype,
    guardedMethods(AggregationCursor.prototype, { method: 'aggregate', field: 'pipeline' }),
  ],
]);

/**
 * The driver sends a cursor's query at its first document, long after the call was judged. What is sent is judged again,
 * and the cursor's methods that change it are closed. Anything but a cursor stays as it is.
 */
export const guardCursor = <R>(result: R, guard: CursorGuard): R => {
  if (!(result instanceof AbstractCursor)) return result;
  const methods = METHODS.get(Object.getPrototypeOf(result));
  if (methods === undefined) return result;
  new Guarded(result, guard);
  Object.defineProperties(result, methods);
  return result;
};
