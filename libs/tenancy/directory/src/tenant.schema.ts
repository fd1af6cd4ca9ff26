import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import { declareShared } from '@financeops/core/mongo';
import {
  PLACEMENTS,
  TIERS,
  type Branding,
  type Placement,
  type Tier,
  type TenantOverrides,
} from '@financeops/tenancy/context';

export interface CustomDomain {
  /** Lower case, without a trailing dot. */
  domain: string;
  /** When its owner proved it by DNS; `null` while pending. */
  verifiedAt: Date | null;
  /** What the TXT record has to say. */
  challenge: string;
}

@Schema({ collection: 'tenants', timestamps: true, versionKey: false })
export class Tenant {
  _id!: Types.ObjectId;
  createdAt!: Date;
  updatedAt!: Date;

  @Prop({ type: String, required: true })
  slug!: string;

  @Prop({ type: String, required: true })
  name!: string;

  @Prop({ type: String, required: true, enum: TIERS })
  tier!: Tier;

  @Prop({ type: Boolean, required: true, default: true })
  isActive!: boolean;

  @Prop({ type: MongooseSchema.Types.Mixed, required: true })
  branding!: Branding;

  @Prop({ type: [MongooseSchema.Types.Mixed], default: [] })
  domains!: CustomDomain[];

  @Prop({ type: MongooseSchema.Types.Mixed, default: null })
  overrides!: TenantOverrides | null;

  /** Absent in records that are older than the choice: shared. */
  @Prop({ type: String, enum: PLACEMENTS, default: 'shared' })
  placement?: Placement;

  /** Raised by every change: caches never replace a higher revision by a lower one. */
  @Prop({ type: Number, required: true, default: 1 })
  revision!: number;

  /** Written by transactions that must not run side by side (TenantStore.serialize); says nothing by itself. */
  @Prop({ type: Number, required: true, default: 0 })
  serial!: number;
}

export const TenantSchema = declareShared(
  SchemaFactory.createForClass(Tenant),
  'The list of tenants itself: read to find out which tenant a request is for.',
);
TenantSchema.index({ slug: 1 }, { unique: true }); // findBySlug; a slug names one tenant
TenantSchema.index({ 'domains.domain': 1 }); // findByDomain
TenantSchema.index({ createdAt: -1, _id: -1 }); // list
TenantSchema.index({ placement: 1 }); // listDedicated
TenantSchema.index({ updatedAt: 1 }); // changedSince
TenantSchema.index({ tier: 1 }); // analytics by tier
