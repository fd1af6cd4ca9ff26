import { Prop, Schema } from '@nestjs/mongoose';
import { BaseTenantDocument, createTenantSchema } from '@financeops/data-access/isolation';

/** That a key is in use: since when, for which body, and with which outcome once there is one. */
@Schema({ collection: 'idempotency_claims' })
export class IdempotencyClaim extends BaseTenantDocument {
  /** Method and path pattern. */
  @Prop({ type: String, required: true })
  route!: string;

  @Prop({ type: String, required: true })
  key!: string;

  /** SHA-256 of what was asked. */
  @Prop({ type: String, required: true })
  fingerprint!: string;

  /**
   * JSON of an `Outcome`; `null` while the work is in flight. Text, so that it comes back to the letter and none of its
   * keys means anything to BSON.
   */
  @Prop({ type: String, default: null })
  outcome!: string | null;

  @Prop({ type: Date, required: true })
  expiresAt!: Date;
}

export const IdempotencyClaimSchema = createTenantSchema(IdempotencyClaim, {
  indexExceptions: { expiresAt: "TTL: MongoDB's own job deletes what has expired, of every tenant" },
});
IdempotencyClaimSchema.index({ tenantId: 1, route: 1, key: 1 }, { unique: true }); // findClaim; one claim per tenant, route and key
IdempotencyClaimSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 }); // TTL
