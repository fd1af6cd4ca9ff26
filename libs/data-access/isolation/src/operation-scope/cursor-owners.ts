import { LRUCache } from 'lru-cache';
import mongoose from 'mongoose';
import type { ReplyListener } from '@financeops/core/mongo';
import type { OperationScope } from './operation-scope';
import { isPlainObject, type PlainObject } from '../bson/bson-guards';

/** Cursors whose owners are remembered, and for how long after their last batch: MongoDB ends an idle one after 10 minutes. */
const MAX_CURSORS = 100_000;
const IDLE_MS = 1_800_000;

const { Long } = mongoose.mongo;
const LONG_FIELDS = new Set(['high', 'low', 'unsigned']);

/** A cursor's id in a command or a reply as MongoDB reads it; `null` for what it would read as something else, or not. */
export const cursorId = (value: unknown): string | null => {
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return String(value);
  // Not something that only looks like one: it could say one number here and send another.
  const isLong =
    value instanceof Long &&
    Object.getPrototypeOf(value) === Long.prototype &&
    Object.entries(Object.getOwnPropertyDescriptors(value)).every(
      ([key, { get }]) => LONG_FIELDS.has(key) && get === undefined,
    );
  return isLong ? value.toBigInt().toString() : null;
};

/** The id of a reply's cursor, as the driver's own object or a plain one has it; `null` when nothing is left to read. */
export const openCursor = (reply: unknown): string | null => {
  const holder = isPlainObject(reply) ? reply['cursor'] : reply;
  const id = (holder as { id?: unknown } | null | undefined)?.id;
  if (id instanceof Long && id.isZero()) return null;
  const text = cursorId(id);
  return text === '0' ? null : text;
};

/** Commands whose replies hold a cursor. */
const OPENING = new Set(['find', 'aggregate', 'getMore']);

/** Whose operation a cursor belongs to: a tenant's, or that of a bypass while it is active. `null`: no owner. */
export const ownerOf = (scope: OperationScope | undefined): string | null => {
  switch (scope?.kind) {
    case 'tenant':
      return scope.tenantId.toHexString();
    case 'cross-tenant':
      return scope.bypass.isActive ? 'a bypass' : null;
    default:
      return null;
  }
};

/**
 * Who opened which cursor: the commands that read on in one carry no filter, so only this tells whose documents
 * they return. A cursor whose owner is unknown is refused.
 */
export class CursorOwners {
  private readonly owners = new LRUCache<string, string>({ max: MAX_CURSORS, ttl: IDLE_MS });

  /** Notes what a command that is about to be sent closes; what is returned, what its reply says was opened or has ended. */
  passes(name: string, command: PlainObject, owner: string | null): ReplyListener | undefined {
    if (name === 'killCursors' && Array.isArray(command['cursors'])) command['cursors'].forEach(this.closed);
    if (owner === null || !OPENING.has(name)) return undefined;
    return (reply) => {
      const id = openCursor(reply);
      if (id !== null) this.owners.set(id, owner);
      else if (name === 'getMore') this.closed(command['getMore']);
    };
  }

  has(id: unknown, owner: string | null): boolean {
    // `null` is never stored as an owner.
    return this.owners.get(cursorId(id) ?? '') === owner;
  }

  private readonly closed = (id: unknown): void => {
    this.owners.delete(cursorId(id) ?? '');
  };

  /** Whether it was opened within a scope; cursors on shared collections have no owner. */
  isOwned(id: unknown): boolean {
    return this.owners.has(cursorId(id) ?? '');
  }
}
