import { Prop, Schema } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import type { FileFormat, MessageHeader } from '@financeops/bulk-payments/formats';
import { BaseTenantDocument, createTenantSchema } from '@financeops/data-access/isolation';
import { BULK_STATUSES, type BulkStatus } from './bulk-status.rules';

export const BULK_MODES = ['atomic', 'continue'] as const;
export type BulkMode = (typeof BULK_MODES)[number];

/** A sum. `amount`: minor units as decimal digits, because BSON numbers are not exact above 2^53. */
export interface StoredTotal {
  currency: string;
  amount: string;
}

/** A payment file that was accepted. Written in one transaction after the whole file is validated. */
@Schema({ collection: 'bulk_payments' })
export class BulkPayment extends BaseTenantDocument {
  @Prop({ type: String, required: true, enum: BULK_STATUSES })
  status!: BulkStatus;

  @Prop({ type: String, required: true })
  format!: FileFormat;

  @Prop({ type: String, required: true, enum: BULK_MODES })
  mode!: BulkMode;

  /** SHA-256 of the file, hex. Identifies a repeated upload. */
  @Prop({ type: String, required: true })
  contentHash!: string;

  /** Mode, currency and column map of the upload, as canonical JSON. */
  @Prop({ type: String, required: true })
  options!: string;

  /** The upload's `Idempotency-Key`. */
  @Prop({ type: String, default: null })
  idempotencyKey!: string | null;

  /** Namespace, initiating party and MsgId of a pain.001, hashed. */
  @Prop({ type: String, default: null })
  messageKey!: string | null;

  @Prop({ type: MongooseSchema.Types.Mixed, default: null })
  message!: MessageHeader | null;

  @Prop({ type: Number, required: true })
  total!: number;

  @Prop({ type: Number, required: true })
  completed!: number;

  @Prop({ type: Number, required: true })
  failed!: number;

  @Prop({ type: Number, required: true })
  rejected!: number;

  @Prop({ type: Number, required: true })
  unresolved!: number;

  /** Number of valid lines within the monthly quota. Lines with a higher `ordinal` are rejected. */
  @Prop({ type: Number, required: true })
  granted!: number;

  /** Whether the quota counts these lines, so that a line without a payment is given back. False for unlimited tenants. */
  @Prop({ type: Boolean, required: true })
  counted!: boolean;

  /** Sums of all lines with a valid amount, by currency. */
  @Prop({ type: [MongooseSchema.Types.Mixed], required: true })
  totals!: StoredTotal[];

  /** ID of the user or API key that uploaded the file. */
  @Prop({ type: String, required: true })
  createdBy!: string;

  @Prop({ type: Date, default: null })
  completedAt!: Date | null;
}

const whenPresent = (field: string) => ({ [field]: { $type: 'string' } });

export const BulkPaymentSchema = createTenantSchema(BulkPayment);
BulkPaymentSchema.index({ tenantId: 1, contentHash: 1 }, { unique: true }); // a file sent twice pays once
BulkPaymentSchema.index(
  { tenantId: 1, messageKey: 1 },
  { unique: true, partialFilterExpression: whenPresent('messageKey') },
); // a MsgId names one file
BulkPaymentSchema.index(
  { tenantId: 1, idempotencyKey: 1 },
  { unique: true, partialFilterExpression: whenPresent('idempotencyKey') },
); // a key names one file
BulkPaymentSchema.index({ tenantId: 1, status: 1, createdAt: 1, _id: 1 }); // nextUnfinished
