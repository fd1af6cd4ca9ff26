import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Types } from 'mongoose';
import { declareShared } from '@financeops/core/mongo';

/** One of the operator's people. */
@Schema({ collection: 'super_admins', timestamps: true, versionKey: false })
export class SuperAdmin {
  _id!: Types.ObjectId;
  createdAt!: Date;
  updatedAt!: Date;

  /** Lower case. */
  @Prop({ type: String, required: true })
  email!: string;

  @Prop({ type: String, default: null })
  name!: string | null;

  @Prop({ type: String, required: true })
  passwordHash!: string;

  /** Raised when all tokens of the user end (a new password, another role). Absent: 0. */
  @Prop({ type: Number, default: 0 })
  tokenVersion?: number;
}

export const SuperAdminSchema = declareShared(
  SchemaFactory.createForClass(SuperAdmin),
  "The operator's own people, who belong to no tenant.",
);
SuperAdminSchema.index({ email: 1 }, { unique: true }); // findByEmail; one account per address
