import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, type Types } from 'mongoose';
import { declareShared } from '@financeops/core/mongo';
import { appendOnlyPlugin } from '@financeops/data-access/isolation';
import {
  AUDIT_ACTIONS,
  type AuditAction,
  type AuditActor,
  type AuditOutcome,
  type AuditResource,
} from './audit-event';

@Schema({ collection: 'audit_events', versionKey: false })
export class AuditEvent {
  _id!: Types.ObjectId;

  @Prop({ type: MongooseSchema.Types.ObjectId, default: null })
  tenantId!: Types.ObjectId | null;

  @Prop({ type: Date, required: true })
  at!: Date;

  @Prop({ type: String, required: true, enum: AUDIT_ACTIONS })
  action!: AuditAction;

  @Prop({ type: String, required: true, enum: ['allowed', 'denied'] })
  outcome!: AuditOutcome;

  @Prop({ type: MongooseSchema.Types.Mixed, required: true })
  actor!: AuditActor;

  @Prop({ type: MongooseSchema.Types.Mixed, default: null })
  resource!: AuditResource | null;

  @Prop({ type: String, default: null })
  requestId!: string | null;

  @Prop({ type: MongooseSchema.Types.Mixed, required: true })
  details!: Record<string, unknown>;

  /** Proves that the platform recorded it so: HMAC of all of the above (chain/chain.rules.ts). */
  @Prop({ type: String, default: null })
  seal!: string | null;

  /** Its place in its owner's chain, from 1; these three are null until it is chained (see chain/). */
  @Prop({ type: Number, default: null })
  seq!: number | null;

  @Prop({ type: String, default: null })
  prevHash!: string | null;

  @Prop({ type: String, default: null })
  hash!: string | null;
}

export const AuditEventSchema = declareShared(
  SchemaFactory.createForClass(AuditEvent),
  "One log for the tenants' and the platform's own events; read through AuditReader alone, which always names whose.",
);
AuditEventSchema.set('minimize', false);
AuditEventSchema.index({ tenantId: 1, at: -1, _id: -1 }); // a tenant's log, newest first
AuditEventSchema.index({ tenantId: 1, action: 1, at: -1 }); // by action
AuditEventSchema.index({ tenantId: 1, 'actor.id': 1, at: -1 }); // by user; what a user read of others' (a negation selects nothing by itself)
AuditEventSchema.index({ tenantId: 1, 'resource.id': 1, at: -1 }); // by resource
AuditEventSchema.index({ tenantId: 1, 'details.resources.id': 1, at: -1 }); // by resource, in list reads

AuditEventSchema.index({ tenantId: 1, seq: 1 }); // verify, in the order of the chain
AuditEventSchema.index({ seq: 1, at: 1 }); // what has no place yet, oldest first

AuditEventSchema.plugin(appendOnlyPlugin, { setOnce: ['seq', 'prevHash', 'hash'] });
