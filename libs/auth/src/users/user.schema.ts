import { Prop, Schema } from '@nestjs/mongoose';
import { BaseTenantDocument, createTenantSchema } from '@financeops/data-access/isolation';
import type { TenantRole } from '@financeops/tenancy/context';

export const TENANT_ROLES = ['ADMIN', 'VIEWER'] as const satisfies readonly TenantRole[];

/** Someone who works for a tenant. */
@Schema({ collection: 'users' })
export class User extends BaseTenantDocument {
  /** Lower case; unique in the tenant. */
  @Prop({ type: String, required: true })
  email!: string;

  @Prop({ type: String, default: null })
  name!: string | null;

  @Prop({ type: String, required: true, enum: TENANT_ROLES })
  role!: TenantRole;

  @Prop({ type: String, required: true })
  passwordHash!: string;

  /** Raised when all tokens of the user end (a new password, another role). Absent: 0. */
  @Prop({ type: Number, default: 0 })
  tokenVersion?: number;
}

export const UserSchema = createTenantSchema(User);
UserSchema.index(
  { tenantId: 1, email: 1 },
  // Partial: the address of a deleted user can be used again.
  { unique: true, partialFilterExpression: { deletedAt: null } },
); // findByEmail; one user per address and tenant
