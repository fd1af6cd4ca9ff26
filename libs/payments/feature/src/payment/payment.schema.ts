import { Prop, Schema } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import type { Minor } from '@financeops/core/money';
import { BaseTenantDocument, createTenantSchema } from '@financeops/data-access/isolation';
import type { ChargeFailure } from '@financeops/gateways';
import {
  PAYMENT_METHODS,
  PAYMENT_STATUSES,
  type PaymentMethod,
  type PaymentStatus,
} from '@financeops/payments/domain';

/**
 * One key of a payment's metadata. Clients choose the keys, so they are stored as values: as field names they could mean
 * something to BSON (`_bsontype`) or Mongoose (`toObject`).
 */
export interface MetadataEntry {
  k: string;
  v: string;
}

@Schema({ collection: 'payments' })
export class Payment extends BaseTenantDocument {
  @Prop({ type: String, required: true })
  reference!: string;

  @Prop({ type: MongooseSchema.Types.BigInt, required: true })
  amount!: Minor;

  @Prop({ type: String, required: true })
  currency!: string;

  @Prop({ type: String, required: true, enum: PAYMENT_STATUSES })
  status!: PaymentStatus;

  @Prop({ type: String, required: true, enum: PAYMENT_METHODS })
  method!: PaymentMethod;

  /** The gateway it was sent to. */
  @Prop({ type: String, required: true })
  gateway!: string;

  @Prop({ type: String, default: null })
  description!: string | null;

  @Prop({ type: [MongooseSchema.Types.Mixed], default: [] })
  metadata!: MetadataEntry[];

  @Prop({ type: MongooseSchema.Types.BigInt, required: true })
  amountCaptured!: Minor;

  @Prop({ type: MongooseSchema.Types.BigInt, required: true })
  amountRefunded!: Minor;

  /** Why it is FAILED. */
  @Prop({ type: MongooseSchema.Types.Mixed, default: null })
  failure!: ChargeFailure | null;

  /** The user or API key that made it. */
  @Prop({ type: String, required: true })
  createdBy!: string;
}

export const PaymentSchema = createTenantSchema(Payment);
PaymentSchema.index({ tenantId: 1, reference: 1 }, { unique: true }); // findByReference; uniqueness per tenant, deleted ones included
PaymentSchema.index({ tenantId: 1, status: 1, createdAt: -1, _id: -1 }); // list by status, newest first
