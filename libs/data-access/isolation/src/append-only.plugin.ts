import type { Model, Schema } from 'mongoose';
import { guardCollection } from './collection-guard';

const ALLOWED = new Set([
  'insertOne',
  'insertMany',
  'find',
  'findOne',
  'createIndex',
  'createIndexes',
  'listIndexes',
]);

/** For a shared collection whose documents, once written, stay: no method that changes or deletes gets through. */
export const appendOnlyPlugin = (schema: Schema): void => {
  schema.on('init', (model: Model<unknown>) =>
    guardCollection(model, (method) =>
      ALLOWED.has(method) ? null : `${method} on an append-only collection`,
    ),
  );
};
