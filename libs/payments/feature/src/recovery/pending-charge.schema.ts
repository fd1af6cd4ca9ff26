import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Types } from 'mongoose';
import { declareShared } from '@financeops/core/mongo';

/** A payment that is between two transactions: at the gateway, or to be undone there. */
@Schema({ collection: 'work_in_flight', versionKey: false })
export class PendingCharge {
  /** The payment's id. */
  _id!: Types.ObjectId;

  @Prop({ type: String, required: true })
  tenantId!: string;

  /** The idempotency claim that waits for the outcome. */
  @Prop({ type: String, default: null })
  claimId!: string | null;

  /** Until then whoever works on it is left alone; after that it counts as dead, and anybody may take over. */
  @Prop({ type: Date, required: true })
  leaseUntil!: Date;

  /** Raised by a cancellation, so that it and the end of the work can't both miss each other. */
  @Prop({ type: Number, default: 0 })
  cancellations!: number;
}

export const PendingChargeSchema = declareShared(
  SchemaFactory.createForClass(PendingCharge),
  'Crash recovery looks for what any tenant left unfinished; ids and a lease, none of the tenant’s data.',
);
PendingChargeSchema.index({ leaseUntil: 1 }); // takeAbandoned
