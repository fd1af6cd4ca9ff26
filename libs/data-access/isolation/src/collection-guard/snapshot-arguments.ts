import mongoose, { type Types } from 'mongoose';
import { isPlainObject, type PlainObject } from '../bson/bson-guards';

const FIELD = { enumerable: true, writable: true, configurable: true };

const { ObjectId } = mongoose.Types;
/** Writes an id's bytes; not in the driver's types. */
const writerOf = (id: Types.ObjectId) => (id as { serializeInto?: unknown }).serializeInto;

/** An id's bytes can be set anew. One that is sent as others than it shows stays what it is, and is refused as that. */
const copyOfId = (id: Types.ObjectId): Types.ObjectId => {
  const honest =
    Object.getPrototypeOf(id) === ObjectId.prototype &&
    writerOf(id) === writerOf(ObjectId.prototype) &&
    !('toBSON' in id);
  return honest && !Object.isFrozen(id) ? new ObjectId(id) : id;
};

const copyOfObject = (object: PlainObject): PlainObject => {
  const result: PlainObject = {};
  for (const key of Object.keys(object)) {
    // Not by assignment, to which a field called `__proto__` would be the prototype.
    if (key === '__proto__') {
      Object.defineProperty(result, key, { value: copy(object[key]), ...FIELD });
    } else result[key] = copy(object[key]);
  }
  return result;
};

const copy = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  if (isPlainObject(value)) return copyOfObject(value);
  if (value instanceof ObjectId) return copyOfId(value);
  return value instanceof mongoose.Document ? copy(value.toBSON()) : value;
};

/**
 * Private copies of a call's arguments. What is checked is what is sent, even if the caller changes its filter before the
 * driver reads it. Mongoose documents are replaced by what they would be stored as.
 */
export const snapshotArguments = (args: readonly unknown[]): unknown[] => args.map(copy);
