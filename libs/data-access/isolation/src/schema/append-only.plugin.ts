import type { Model, Schema } from 'mongoose';
import { guardCollection } from '../collection-guard/collection-guard';
import { isPlainObject } from '../bson/bson-guards';

const ALLOWED = new Set([
  'insertOne',
  'insertMany',
  'find',
  'findOne',
  'distinct',
  'createIndex',
  'createIndexes',
  'listIndexes',
]);

export interface AppendOnlyOptions {
  /** Fields that are null at first and set once, all together. */
  setOnce?: readonly string[];
}

/** Whether an operation of a bulk write sets exactly these fields of one document that has none of them yet. */
const setsOnce = (operation: unknown, fields: readonly string[]): boolean => {
  if (!isPlainObject(operation) || !isPlainObject(operation['updateOne'])) return false;
  const { filter, update, upsert } = operation['updateOne'];
  if (!isPlainObject(filter) || !isPlainObject(update) || upsert === true) return false;
  const { $set, ...others } = update;
  return (
    Object.keys(others).length === 0 &&
    isPlainObject($set) &&
    Object.keys($set).toSorted().join() === fields.toSorted().join() &&
    fields.every((field) => filter[field] === null)
  );
};

const isSetOnce = (method: string, args: readonly unknown[], fields: readonly string[]): boolean =>
  method === 'bulkWrite' &&
  fields.length > 0 &&
  Array.isArray(args[0]) &&
  args[0].every((operation) => setsOnce(operation, fields));

/** For a shared collection whose documents, once written, stay: no method that changes or deletes gets through. */
export const appendOnlyPlugin = (schema: Schema, { setOnce = [] }: AppendOnlyOptions = {}): void => {
  schema.on('init', (model: Model<unknown>) =>
    guardCollection(model, (method, args) =>
      ALLOWED.has(method) || isSetOnce(method, args, setOnce)
        ? null
        : `${method} on an append-only collection`,
    ),
  );
};
