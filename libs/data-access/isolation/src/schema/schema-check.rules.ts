import type { Connection, Model, Schema } from 'mongoose';
import { sharedReason } from '@financeops/core/mongo';
import { isGuarded } from '../collection-guard/collection-guard';
import { tenantSchemaFacts, type TenantSchemaFacts } from '../document/tenant-schema-facts';

const indexViolations = (name: string, schema: Schema, { indexExceptions }: TenantSchemaFacts): string[] => {
  const first = schema.indexes().flatMap(([fields]) => Object.keys(fields).slice(0, 1));
  const odd = first.filter((field) => field !== 'tenantId');
  return [
    ...odd
      .filter((field) => !Object.hasOwn(indexExceptions, field))
      .map(
        (field) =>
          `${name}: the index on "${field}" does not begin with tenantId. Put tenantId first, or declare it with a ` +
          'reason: createTenantSchema(..., { indexExceptions })',
      ),
    ...Object.keys(indexExceptions)
      .filter((field) => !odd.includes(field))
      .map((field) => `${name}: no index begins with "${field}"; remove its exception`),
    ...Object.entries(indexExceptions)
      .filter(([, reason]) => reason.trim() === '')
      .map(([field]) => `${name}: the index on "${field}" is declared an exception without a reason`),
  ];
};

const tenantViolations = (model: Model<unknown>, facts: TenantSchemaFacts): string[] => {
  const { schema, modelName: name } = model;
  const tenantId = schema.path('tenantId') as { options?: { required?: unknown; immutable?: unknown } };
  return [
    ...(sharedReason(schema) === undefined ? [] : [`${name}: is a tenant's and declared shared; choose one`]),
    ...(isGuarded(model)
      ? []
      : [`${name}: its collection is not guarded; make the schema with createTenantSchema`]),
    ...(tenantId?.options?.required === true && tenantId.options.immutable === true
      ? []
      : [`${name}: tenantId must be required and immutable; do not declare it again`]),
    ...indexViolations(name, schema, facts),
  ];
};

/** What is wrong with the schemas of a connection's models, each with what to do. */
export const schemaViolations = (connection: Connection): string[] =>
  Object.values(connection.models).flatMap((model: Model<unknown>) => {
    const facts = tenantSchemaFacts(model.schema);
    if (facts !== undefined) return tenantViolations(model, facts);
    const reason = sharedReason(model.schema);
    if (reason?.trim() === '') return [`${model.modelName}: is declared shared without a reason`];
    return reason !== undefined
      ? []
      : [
          `${model.modelName} (${model.collection.name}): whose data is this? Make the schema with createTenantSchema, ` +
            "or declareShared(schema, 'why it belongs to no tenant')",
        ];
  });
