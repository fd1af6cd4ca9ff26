import { Prop, Schema } from '@nestjs/mongoose';
import { BaseTenantDocument, createTenantSchema } from '@financeops/data-access/isolation';

/** Payments that a tenant has made in a month. */
@Schema({ collection: 'monthly_quotas' })
export class MonthlyQuota extends BaseTenantDocument {
  /** `YYYY-MM`, UTC. */
  @Prop({ type: String, required: true })
  period!: string;

  @Prop({ type: Number, required: true })
  count!: number;

  /** Thresholds, in percent, that were raised this month; absent before the first. */
  @Prop({ type: [Number], default: undefined })
  thresholdsRaised?: number[];
}

export const MonthlyQuotaSchema = createTenantSchema(MonthlyQuota);
MonthlyQuotaSchema.index({ tenantId: 1, period: 1 }, { unique: true }); // take; one counter per tenant and month
