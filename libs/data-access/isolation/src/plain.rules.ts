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

/** Whether `value` is a real ObjectId of the same bytes; not an object that only says so. */
export const isSameId = (value: unknown, tenantId: Types.ObjectId): boolean =>
  value instanceof Types.ObjectId && tenantId.equals(value) && !('toBSON' in value);

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
