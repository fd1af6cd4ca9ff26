import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { duplicateKeyFields } from '@financeops/core/mongo';
import { TenantAwareRepository, TenantIsolation } from '@financeops/data-access/isolation';
import { MonthlyQuota } from './monthly-quota.schema';

/** How many places were taken, and the counter as it is then; the month may have no counter yet. */
export type Taking = { taken: number; quota: MonthlyQuota } | 'not-open';

@Injectable()
export class MonthlyQuotaRepository extends TenantAwareRepository<MonthlyQuota> {
  constructor(@InjectModel(MonthlyQuota.name) model: Model<MonthlyQuota>, isolation: TenantIsolation) {
    super(model, isolation);
  }

  /**
   * Takes `wanted` places, or with `some` as many of them as there are; with the counter as it is after. One place is one
   * conditional increment. More are to be taken in a transaction, which keeps the count from changing between the look and
   * the increment.
   */
  async take(period: string, limit: number, wanted: number, some: boolean): Promise<Taking> {
    const all = await this.updateOne(
      { period, count: { $lte: limit - wanted } },
      { $inc: { count: wanted } },
    );
    if (all !== null) return { taken: wanted, quota: all };
    const quota = await this.findOne({ filter: { period } });
    if (quota === null) return 'not-open';
    const left = Math.max(0, limit - quota.count);
    if (!some || left === 0) return { taken: 0, quota };
    const rest = await this.updateOne({ period, count: quota.count }, { $inc: { count: left } });
    if (rest === null) throw new Error('The quota changed within the transaction.');
    return { taken: left, quota: rest };
  }

  /** Puts back places that were taken. */
  async giveBack(period: string, places: number): Promise<void> {
    await this.updateOne({ period, count: { $gte: places } }, { $inc: { count: -places } });
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
