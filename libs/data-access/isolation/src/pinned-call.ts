import mongoose from 'mongoose';
import { isGenuineId, isPlainObject, type PlainObject } from './plain.rules';

const FIELD = { enumerable: true, writable: true, configurable: true };

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
  // Its bytes can be set anew.
  if (isGenuineId(value)) return new mongoose.Types.ObjectId(value);
  return value instanceof mongoose.Document ? copy(value.toBSON()) : value;
};

/**
 * Copies of a call's arguments that nobody else holds: what is judged is what is sent, though the caller changes its
 * filter, or a getter its mind, before the driver gets to it. Mongoose's documents become what they would be stored as.
 */
export const pinnedArguments = (args: readonly unknown[]): unknown[] => args.map(copy);
