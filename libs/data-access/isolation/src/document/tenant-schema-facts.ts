import type { Type } from '@nestjs/common';
import type { Schema } from 'mongoose';
import type { BaseTenantDocument } from './base-tenant.document';

export interface TenantSchemaFacts {
  entity: Type<BaseTenantDocument>;
  /** Indexes that don't begin with tenantId, by their first field, with the reason. */
  indexExceptions: Readonly<Record<string, string>>;
}

// Kept among the schema's options, since Mongoose copies those when it clones a schema.
const KEY = 'financeopsTenantSchema';
type Options = { [KEY]?: TenantSchemaFacts };

export const noteTenantSchema = (schema: Schema, facts: TenantSchemaFacts): void => {
  (schema as unknown as { options: Options }).options[KEY] = facts;
};

/** What `createTenantSchema` noted; `undefined` for any other schema. */
export const tenantSchemaFacts = (schema: Schema): TenantSchemaFacts | undefined =>
  (schema as unknown as { options: Options }).options[KEY];
