import type { Type } from '@nestjs/common';
import { Types, type Schema, type SchemaType } from 'mongoose';
import { isPlainObject } from '../bson/bson-guards';

type Long = { toBigInt(): bigint };
type Nested = SchemaType & { schema?: Schema; instance: string };

/** Dotted paths of the schema's 64-bit integers: the driver hands them over as numbers or Longs. */
const bigIntPaths = (schema: Schema, prefix = ''): string[][] => {
  const paths: string[][] = [];
  schema.eachPath((name, type) => {
    const { schema: inner, instance } = type as Nested;
    if (inner !== undefined) paths.push(...bigIntPaths(inner, `${prefix}${name}.`));
    else if (instance === 'BigInt') paths.push(`${prefix}${name}`.split('.'));
  });
  return paths;
};

const toBigInt = (value: unknown): unknown => {
  if (typeof value === 'number') return BigInt(value);
  return value instanceof Object && '_bsontype' in value ? (value as unknown as Long).toBigInt() : value;
};

const convert = (holder: unknown, [key, ...rest]: readonly string[]): void => {
  if (key === undefined) return;
  if (Array.isArray(holder)) holder.forEach((item) => convert(item, [key, ...rest]));
  else if (isPlainObject(holder) && key in holder) {
    if (rest.length === 0) holder[key] = toBigInt(holder[key]);
    else convert(holder[key], rest);
  }
};

/** Turns what MongoDB returned into an instance of the entity's class; no Mongoose document leaves the repository. */
export const entityReader = <T extends object>(entity: Type<T>, schema: Schema): ((data: object) => T) => {
  const bigInts = bigIntPaths(schema);
  return (data) => {
    for (const path of bigInts) convert(data, path);
    return Object.setPrototypeOf(data, entity.prototype as object) as T;
  };
};

/** An id as callers give it. `null` when it can't be one: then nothing has it. */
export const toObjectId = (id: string | Types.ObjectId): Types.ObjectId | null => {
  if (typeof id !== 'string') return id;
  return /^[0-9a-f]{24}$/i.test(id) ? new Types.ObjectId(id) : null;
};
