import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { duplicateKeyFields } from '@financeops/core/mongo';
import { TenantAwareRepository, TenantIsolation } from '@financeops/data-access/isolation';
import { MonthlyQuota } from './monthly-quota.schema';

export type Taking = { result: 'taken' | 'used-up'; quota: MonthlyQuota } | { result: 'not-open' };

@Injectable()
export class MonthlyQuotaRepository extends TenantAwareRepository<MonthlyQuota> {
  constructor(@InjectModel(MonthlyQuota.name) model: Model<MonthlyQuota>, isolation: TenantIsolation) {
    super(model, isolation);
  }

  /** One conditional increment; with the counter as it is after. */
  async take(period: string, limit: number): Promise<Taking> {
    const taken = await this.updateOne({ period, count: { $lt: limit } }, { $inc: { count: 1 } });
    if (taken !== null) return { result: 'taken', quota: taken };
    const quota = await this.findOne({ filter: { period } });
    return quota === null ? { result: 'not-open' } : { result: 'used-up', quota };
  }

  /** `false` when the threshold (percent) was marked as raised already. */
  async markRaised(period: string, threshold: number): Promise<boolean> {
    const marked = await this.updateOne(
      { period, thresholdsRaised: { $ne: threshold } },
      { $addToSet: { thresholdsRaised: threshold } },
    );
    return marked !== null;
  }

  /** Makes the month's counter, unless it is there. */
  async open(period: string, count: number): Promise<void> {
    try {
      await this.create({ period, count });
    } catch (error) {
      if (duplicateKeyFields(error) === null) throw error;
    }
  }
}
