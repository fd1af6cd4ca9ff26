import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { duplicateKeyFields } from '@financeops/core/mongo';
import { TenantAwareRepository, TenantIsolation } from '@financeops/data-access/isolation';
import { MonthlyQuota } from './monthly-quota.schema';

@Injectable()
export class MonthlyQuotaRepository extends TenantAwareRepository<MonthlyQuota> {
  constructor(@InjectModel(MonthlyQuota.name) model: Model<MonthlyQuota>, isolation: TenantIsolation) {
    super(model, isolation);
  }

  /** One conditional increment. */
  async take(period: string, limit: number): Promise<'taken' | 'used-up' | 'not-open'> {
    const taken = await this.updateOne({ period, count: { $lt: limit } }, { $inc: { count: 1 } });
    if (taken !== null) return 'taken';
    return (await this.exists({ filter: { period } })) ? 'used-up' : 'not-open';
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
