import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Types } from 'mongoose';
import { declareShared } from '@financeops/core/mongo';

/** A file that is being received: its lines are stored, and nobody sees them until it is accepted. */
@Schema({ collection: 'bulk_uploads', versionKey: false })
export class BulkUpload {
  /** The bulk payment's id, if it becomes one. */
  _id!: Types.ObjectId;

  @Prop({ type: String, required: true })
  tenantId!: string;

  /** Until then the process that receives it is alive; after that its lines are swept away. */
  @Prop({ type: Date, required: true })
  leaseUntil!: Date;

  /** Given up: it can't be accepted any more. */
  @Prop({ type: Boolean, required: true })
  abandoned!: boolean;
}

export const BulkUploadSchema = declareShared(
  SchemaFactory.createForClass(BulkUpload),
  'The sweeper looks for what any tenant’s broken uploads left behind; ids and a lease, none of the tenant’s data.',
);
BulkUploadSchema.index({ leaseUntil: 1 }); // takeAbandoned
