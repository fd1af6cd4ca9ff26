import { Prop, Schema } from '@nestjs/mongoose';
import { BaseTenantDocument, createTenantSchema } from '@financeops/data-access/isolation';
import { SCOPES, type Scope } from '@financeops/tenancy/context';

/** What a tenant's own servers call with. */
@Schema({ collection: 'api_keys' })
export class ApiKey extends BaseTenantDocument {
  @Prop({ type: String, required: true })
  name!: string;

  /** Unique over all tenants (api-key-index.schema.ts). */
  @Prop({ type: String, required: true })
  prefix!: string;

  /** Hex SHA-256. */
  @Prop({ type: String, required: true })
  secretHash!: string;

  @Prop({ type: [String], required: true, enum: SCOPES })
  scopes!: Scope[];

  @Prop({ type: Date, default: null })
  expiresAt!: Date | null;

  /** To the minute: written at most once in one. */
  @Prop({ type: Date, default: null })
  lastUsedAt!: Date | null;

  @Prop({ type: Date, default: null })
  revokedAt!: Date | null;

  /** A rolled key works on beside its successor until then. */
  @Prop({ type: Date, default: null })
  overlapUntil!: Date | null;
}

export const ApiKeySchema = createTenantSchema(ApiKey);
ApiKeySchema.index({ tenantId: 1, prefix: 1 }, { unique: true }); // findByPrefix
