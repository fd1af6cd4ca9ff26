import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import { declareShared } from '@financeops/core/mongo';

/** Seconds that a change is kept: longer than any process keeps an account without asking what has changed. */
const KEPT_SECONDS = 3_600;

/** Records that a user has changed, in the transaction of the change, so that every process can refresh what it caches. */
@Schema({ collection: 'account_changes', versionKey: false })
export class AccountChange {
  /** The user's. */
  @Prop({ type: MongooseSchema.Types.ObjectId, required: true })
  _id!: Types.ObjectId;

  @Prop({ type: MongooseSchema.Types.ObjectId, required: true })
  tenantId!: Types.ObjectId;

  /** The last change's, on MongoDB's clock. */
  @Prop({ type: Date, required: true })
  at!: Date;

  /** Counts the changes: two may fall into one millisecond. */
  @Prop({ type: Number, required: true })
  serial!: number;
}

export const AccountChangeSchema = declareShared(
  SchemaFactory.createForClass(AccountChange),
  'Which users have been changed: every process asks for those of all tenants at once. Nothing of the user stands in it.',
);
AccountChangeSchema.index({ at: 1 }, { expireAfterSeconds: KEPT_SECONDS }); // since
