import type { Model, Schema } from 'mongoose';
import { guardCollection } from './collection-guard';

/**
 * The second net, on every tenant schema. Mongoose sends every operation through the model's collection, whatever
 * method was called and whatever hooks were switched off (`middleware: false`), so the net hangs there: see
 * collection-guard.ts.
 */
export const tenantIsolationPlugin = (schema: Schema): void => {
  // Emitted when a model is compiled from the schema, before anybody can use it.
  schema.on('init', (model: Model<unknown>) => guardCollection(model));
};
