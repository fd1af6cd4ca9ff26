import { Prop, Schema } from '@nestjs/mongoose';
import { Schema as MongooseSchema, Types } from 'mongoose';
import type { Creditor } from '@financeops/bulk-payments/formats';
import type { Minor } from '@financeops/core/money';
import { BaseTenantDocument, createTenantSchema } from '@financeops/data-access/isolation';

/**
 * - PENDING: accepted, not started
 * - PROCESSING: its payment is stored and sent to the gateway; after a crash the gateway is queried
 * - UNRESOLVED: the gateway's outcome is unknown; its payment is PENDING
 * - COMPLETED, FAILED: like its payment
 * - REJECTED: invalid; it has no payment
 */
const ITEM_STATES = ['PENDING', 'PROCESSING', 'UNRESOLVED', 'COMPLETED', 'FAILED', 'REJECTED'] as const;
export type ItemState = (typeof ITEM_STATES)[number];

/** Why a line was not paid. */
export interface ItemError {
  /** `validation-failed`, `quota-exceeded`, `reference-taken`, or a code of the gateway, e.g. `card_declined`. */
  code: string;
  message: string;
  /** JSON pointer into the line. */
  pointer: string | null;
  /** ISO 20022 ExternalStatusReason1Code. */
  reason: string;
}

/** One line of a file. Its payment has the same ID, so that no line can have two. */
@Schema({ collection: 'bulk_payment_items' })
export class BulkItem extends BaseTenantDocument {
  @Prop({ type: Types.ObjectId, required: true })
  bulkId!: Types.ObjectId;

  /** Position among the instructions of the file, from 1. */
  @Prop({ type: Number, required: true })
  n!: number;

  /** Position among the valid lines, from 1; null for an invalid line. */
  @Prop({ type: Number, default: null })
  ordinal!: number | null;

  /** Line of the file, from 1. */
  @Prop({ type: Number, required: true })
  line!: number;

  @Prop({ type: String, required: true, enum: ITEM_STATES })
  state!: ItemState;

  /** Whether its payment has been stored. */
  @Prop({ type: Boolean, required: true })
  begun!: boolean;

  @Prop({ type: String, required: true })
  reference!: string;

  @Prop({ type: String, default: null })
  instructionId!: string | null;

  @Prop({ type: String, default: null })
  endToEndId!: string | null;

  /** Position of its batch (PmtInf) in the file, from 0, and that batch's id. */
  @Prop({ type: MongooseSchema.Types.Mixed, default: null })
  batch!: { index: number; id: string } | null;

  @Prop({ type: MongooseSchema.Types.BigInt, default: null })
  amount!: Minor | null;

  @Prop({ type: String, default: null })
  currency!: string | null;

  @Prop({ type: String, required: true })
  method!: 'card' | 'bank_transfer' | 'wallet';

  @Prop({ type: String, default: null })
  description!: string | null;

  @Prop({ type: MongooseSchema.Types.Mixed, required: true })
  creditor!: Creditor;

  /** Stored as pairs, like the metadata of payments, because clients choose the keys. */
  @Prop({ type: [MongooseSchema.Types.Mixed], default: [] })
  metadata!: { k: string; v: string }[];

  @Prop({ type: MongooseSchema.Types.Mixed, default: null })
  error!: ItemError | null;
}

export const BulkItemSchema = createTenantSchema(BulkItem);
BulkItemSchema.index({ tenantId: 1, bulkId: 1, n: 1 }, { unique: true }); // list, in the order of the file
BulkItemSchema.index({ tenantId: 1, bulkId: 1, state: 1, n: 1 }); // list by status; findProcessing, findPending
