import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Types } from 'mongoose';
import { declareShared } from '@financeops/core/mongo';

/** A payment that the gateway has been asked about without a final answer. It is asked again until there is one. */
@Schema({ collection: 'unresolved_payments', versionKey: false })
export class UnresolvedPayment {
  /** The payment's id. */
  _id!: Types.ObjectId;

  @Prop({ type: String, required: true })
  tenantId!: string;

  /** When the answer was found missing. */
  @Prop({ type: Date, required: true })
  since!: Date;

  /** Times that the gateway was asked since. */
  @Prop({ type: Number, required: true })
  asked!: number;

  /** When it is asked again; while somebody is at it, when that one counts as dead. */
  @Prop({ type: Date, required: true })
  nextAt!: Date;

  /** Who is at it: another for every turn, so that one who was paused can't write over the next one's work. */
  @Prop({ type: String, default: null })
  holder!: string | null;

  /** Open for longer than any gateway should take: an operator has to look. */
  @Prop({ type: Boolean, required: true })
  overdue!: boolean;
}

export const UnresolvedPaymentSchema = declareShared(
  SchemaFactory.createForClass(UnresolvedPayment),
  'The reconciliation looks for what any tenant’s gateway left open; ids and times, none of the tenant’s data.',
);
UnresolvedPaymentSchema.index({ nextAt: 1 }); // take
UnresolvedPaymentSchema.index({ overdue: 1 }); // counts
