import { Prop, Schema } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';

/**
 * What every tenant's document has. Extend it, and make the schema with `createTenantSchema`.
 *
 * `tenantId` is set by the repository when the document is created and never changes. It has no index of its own:
 * every index of a tenant schema begins with it.
 */
@Schema()
export abstract class BaseTenantDocument {
  _id!: Types.ObjectId;

  @Prop({ type: MongooseSchema.Types.ObjectId, required: true, immutable: true })
  tenantId!: Types.ObjectId;

  /** When it was soft-deleted; `null` while it lives. */
  @Prop({ type: Date, default: null })
  deletedAt!: Date | null;

  /** Who deleted it: the id of a user, API key or super-admin. */
  @Prop({ type: String, default: null })
  deletedBy!: string | null;

  createdAt!: Date;
  updatedAt!: Date;

  isDeleted(): boolean {
    return this.deletedAt instanceof Date;
  }
}
