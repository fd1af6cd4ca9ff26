import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { declareShared } from '@financeops/core/mongo';

/** A tenant's counters of a month as they stood in Redis: what billing has when Redis has lost them. Kept for good. */
@Schema({ collection: 'usage_snapshots', versionKey: false })
export class UsageSnapshot {
  /** `<tenantId>:<YYYY-MM>`. */
  @Prop({ type: String, required: true })
  _id!: string;

  @Prop({ type: Number, required: true })
  api_calls!: number;

  @Prop({ type: Number, required: true })
  transactions!: number;

  @Prop({ type: Number, required: true })
  storage_bytes!: number;

  @Prop({ type: Number, required: true })
  bandwidth_bytes!: number;

  @Prop({ type: Date, required: true })
  takenAt!: Date;

  /** When Redis's counters were rebuilt from this; absent once they have been reconciled since. */
  @Prop({ type: Date })
  rebuiltAt?: Date;
}

export const UsageSnapshotSchema = declareShared(
  SchemaFactory.createForClass(UsageSnapshot),
  'Written behind the requests for all tenants together; counters by tenant, none of their data.',
);
UsageSnapshotSchema.index({ rebuiltAt: 1 }, { sparse: true }); // takeRebuilt
