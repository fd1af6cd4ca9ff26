import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Types } from 'mongoose';
import { declareShared } from '@financeops/core/mongo';
import type { UsageMetric } from '@financeops/usage';

/** A counter that was not what it had to be, and was put right. */
@Schema({ collection: 'usage_differences', versionKey: false })
export class UsageDifference {
  _id!: Types.ObjectId;

  @Prop({ type: String, required: true })
  tenantId!: string;

  /** `YYYY-MM`, UTC. */
  @Prop({ type: String, required: true })
  period!: string;

  @Prop({ type: String, required: true })
  metric!: UsageMetric;

  /** What Redis said. */
  @Prop({ type: Number, required: true })
  counted!: number;

  @Prop({ type: Number, required: true })
  actual!: number;

  @Prop({ type: Date, required: true })
  at!: Date;
}

export const UsageDifferenceSchema = declareShared(
  SchemaFactory.createForClass(UsageDifference),
  'The platform’s own record of what its metering got wrong; counts by tenant, none of their data.',
);
UsageDifferenceSchema.index({ at: -1 }); // for the operator: the latest
