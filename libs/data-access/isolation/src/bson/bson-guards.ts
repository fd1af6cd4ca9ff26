import { types } from 'node:util';
import { Types } from 'mongoose';

export type PlainObject = Record<string, unknown>;

/** An object written with braces or parsed from JSON; not a Date, an ObjectId, a class's instance. */
export const isPlainObject = (value: unknown): value is PlainObject => {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
};

/** The field of the document itself, or anything inside of it. */
export const isTenantPath = (path: string): boolean => path === 'tenantId' || path.startsWith('tenantId.');

/** Where an ObjectId has its bytes. */
const ID_FIELDS = Reflect.ownKeys(new Types.ObjectId());

/** Whether `value` is an ObjectId with nothing of its own: one that computes its bytes, or writes others, is none. */
export const isGenuineId = (value: unknown): value is Types.ObjectId => {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return false;
  if (Object.getPrototypeOf(value) !== Types.ObjectId.prototype) return false;
  if (Reflect.ownKeys(value).length !== ID_FIELDS.length) return false;
  for (const field of ID_FIELDS) {
    if (Object.getOwnPropertyDescriptor(value, field)?.value === undefined) return false;
  }
  return true;
};

/**
 * Whether `value` is a real ObjectId of the same bytes; not an object that only says so. The repository's own ids are
 * frozen, so that one look is enough.
 */
export const isSameId = (value: unknown, tenantId: Types.ObjectId): boolean =>
  (value === tenantId && Object.isFrozen(value)) || (isGenuineId(value) && tenantId.equals(value));

/** Whether `value` is the tenant's own id, as an ObjectId or its hex digits. Anything odd isn't. */
export const isOwnId = (value: unknown, tenantId: Types.ObjectId): boolean => {
  if (typeof value === 'string') return value.toLowerCase() === tenantId.toHexString();
  return isSameId(value, tenantId);
};

/** Operators that run JavaScript on the server: what they do can't be checked. */
const SCRIPT = new Set(['$where', '$function', '$accumulator']);

/** The first operator in `value`, however deep, that runs JavaScript. */
export const scriptIn = (value: unknown): string | undefined => {
  if (Array.isArray(value)) {
    for (const item of value) {
      const found = scriptIn(item);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (!isPlainObject(value)) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = SCRIPT.has(key) ? key : scriptIn(inner);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** Whether an object goes to MongoDB as what it shows: it neither serialises itself (`toBSON`) nor computes a field. */
export const isInert = (value: object): boolean => {
  if (types.isProxy(value)) return false;
  if (typeof (value as { toBSON?: unknown }).toBSON === 'function') return false;
  for (const key of Object.keys(value)) {
    if (Object.getOwnPropertyDescriptor(value, key)?.get !== undefined) return false;
  }
  return true;
};
