import type { Connection, Model, Schema } from 'mongoose';
import { tenantSchemaFacts } from '../document/tenant-schema-facts';

/** The same model on another connection; compiled there when it is first asked for. */
export const modelOn = <T>(connection: Connection, { modelName, schema, collection }: Model<T>): Model<T> =>
  (connection.models[modelName] ??
    connection.model(modelName, schema as unknown as Schema, collection.name)) as unknown as Model<T>;

/** Compiles every tenant's model of `root` on `connection`. */
export const compileTenantModels = (root: Connection, connection: Connection): void => {
  for (const model of Object.values(root.models)) {
    if (tenantSchemaFacts(model.schema) !== undefined) modelOn(connection, model);
  }
};
