import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { declareShared } from '@financeops/core/mongo';

/** The end of one owner's chain, apart from the events: so that a lost tail shows. */
@Schema({ collection: 'audit_heads', versionKey: false })
export class AuditHead {
  /** The tenant's id, or `platform`. */
  @Prop({ type: String, required: true })
  _id!: string;

  @Prop({ type: Number, required: true })
  seq!: number;

  @Prop({ type: String, required: true })
  hash!: string;

  /** HMAC of the three above. */
  @Prop({ type: String, required: true })
  seal!: string;
}

export const AuditHeadSchema = declareShared(
  SchemaFactory.createForClass(AuditHead),
  "Ends of the tenants' and the platform's audit chains; numbers and hashes, none of the tenant’s data.",
);
