import type { Model, Schema } from 'mongoose';
import { guardCollection } from '../collection-guard/collection-guard';
import { IsolationViolationError } from '../audit/isolation.errors';
import { currentScope } from '../operation-scope/operation-scope';
import { tenantCollectionViolation } from '../collection-guard/tenant-collection.rules';
import { reportViolation } from '../audit/violations';

/** Statics that would fail with an unhandled error event, or bypass the guard. */
const REFUSED_STATICS = ['watch', 'useConnection'] as const;

const refused = (name: (typeof REFUSED_STATICS)[number]) =>
  function refuse(this: Model<unknown>): never {
    const reason = `${name} is refused on a tenant's model`;
    reportViolation({
      net: 'schema',
      tenantId: null,
      collection: this.collection.name,
      operation: name,
      reason,
    });
    throw new IsolationViolationError(reason, 'schema');
  };

/**
 * The second net, on every tenant schema. Mongoose sends every operation through the model's collection, whatever
 * method was called and whatever hooks were switched off (`middleware: false`), so the net hangs there: see
 * collection-guard.ts.
 */
export const tenantIsolationPlugin = (schema: Schema): void => {
  // Emitted when a model is compiled from the schema, before it can be used.
  for (const name of REFUSED_STATICS) schema.static(name, refused(name));
  schema.on('init', (model: Model<unknown>) =>
    guardCollection(model, (method, args) =>
      tenantCollectionViolation(method, args, currentScope(), model.db),
    ),
  );
};
