import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import { declareShared } from '@financeops/core/mongo';

/** One login: a line of refresh tokens, of which the last one works. */
@Schema({ collection: 'refresh_families', versionKey: false })
export class RefreshFamily {
  _id!: Types.ObjectId;

  /** `null` for a super-admin. */
  @Prop({ type: MongooseSchema.Types.ObjectId, default: null })
  tenantId!: Types.ObjectId | null;

  @Prop({ type: MongooseSchema.Types.ObjectId, required: true })
  userId!: Types.ObjectId;

  /** Hex; proves which secrets the family issued (refresh-token.format.ts). */
  @Prop({ type: String, required: true })
  familyKey!: string;

  /** Hex SHA-256 of the one secret that works. */
  @Prop({ type: String, required: true })
  currentHash!: string;

  /** The user's, when the password was checked. Absent: 0. */
  @Prop({ type: Number, default: 0 })
  tokenVersion?: number;

  @Prop({ type: Date, required: true })
  expiresAt!: Date;
}

export const RefreshFamilySchema = declareShared(
  SchemaFactory.createForClass(RefreshFamily),
  'Found by the token alone, before any tenant is known; the family then names its tenant.',
);
RefreshFamilySchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 }); // TTL: past logins go by themselves
RefreshFamilySchema.index({ userId: 1 }); // deleteAllOf
