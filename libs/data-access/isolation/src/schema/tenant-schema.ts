import type { Type } from '@nestjs/common';
import { SchemaFactory } from '@nestjs/mongoose';
import type { Schema } from 'mongoose';
import type { BaseTenantDocument } from '../document/base-tenant.document';
import { tenantIsolationPlugin } from './tenant-isolation.plugin';
import { noteTenantSchema } from '../document/tenant-schema-facts';

export interface TenantSchemaOptions {
  /** Indexes that don't begin with tenantId, by their first field, with the reason (a TTL, an operational query). */
  indexExceptions?: Readonly<Record<string, string>>;
}

/**
 * The schema of a tenant's collection, from its decorated class: timestamps, the isolation plugin, unknown fields
 * refused, and the index that lists need. Add indexes beginning with `tenantId`, each with the name of its query:
 *
 *     export const PaymentSchema = createTenantSchema(Payment);
 *     PaymentSchema.index({ tenantId: 1, reference: 1 }, { unique: true }); // findByReference; uniqueness per tenant
 */
export const createTenantSchema = <T extends BaseTenantDocument>(
  entity: Type<T>,
  options: TenantSchemaOptions = {},
): Schema => {
  const schema = unguardedTenantSchema(entity, options);
  schema.plugin(tenantIsolationPlugin);
  return schema;
};

/** The same without the second net: for the proofs, which try each net on its own. The boot refuses it. */
export const unguardedTenantSchema = <T extends BaseTenantDocument>(
  entity: Type<T>,
  { indexExceptions = {} }: TenantSchemaOptions = {},
): Schema => {
  const schema = SchemaFactory.createForClass(entity) as unknown as Schema;
  if (!schema.get('timestamps')) schema.set('timestamps', true);
  schema.set('versionKey', false);
  schema.set('strict', 'throw');
  schema.set('minimize', false);
  noteTenantSchema(schema, { entity, indexExceptions });
  schema.index({ tenantId: 1, createdAt: -1, _id: -1 }); // paginate: newest first
  return schema;
};
