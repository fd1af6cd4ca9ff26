import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Types } from 'mongoose';
import { declareShared } from '@financeops/core/mongo';

/** A file that is being received. Its stored lines are not visible until it is accepted. */
@Schema({ collection: 'bulk_uploads', versionKey: false })
export class BulkUpload {
  /** Also the ID of the bulk payment, if the file is accepted. */
  _id!: Types.ObjectId;

  @Prop({ type: String, required: true })
  tenantId!: string;

  /** Renewed by the process that receives the file. After this time its lines are removed. */
  @Prop({ type: Date, required: true })
  leaseUntil!: Date;

  /** Whether the upload was given up and can no longer be accepted. */
  @Prop({ type: Boolean, required: true })
  abandoned!: boolean;
}

export const BulkUploadSchema = declareShared(
  SchemaFactory.createForClass(BulkUpload),
  'The sweeper finds abandoned uploads of all tenants. Contains IDs and a lease, no tenant data.',
);
BulkUploadSchema.index({ leaseUntil: 1 }); // claimAbandoned
