import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { USAGE_METRICS, type UsageCounts } from '../usage.metrics';
import { UsageSnapshot } from './usage-snapshot.schema';

export interface TenantMonth {
  tenantId: string;
  /** `YYYY-MM`, UTC. */
  period: string;
}

const idOf = ({ tenantId, period }: TenantMonth): string => `${tenantId}:${period}`;

@Injectable()
export class UsageSnapshotStore {
  constructor(@InjectModel(UsageSnapshot.name) private readonly model: Model<UsageSnapshot>) {}

  /** `null`: that month was never written down. */
  async find(month: TenantMonth): Promise<UsageCounts | null> {
    const found = await this.model.findById(idOf(month)).lean<UsageSnapshot>().exec();
    if (found === null) return null;
    return Object.fromEntries(USAGE_METRICS.map((metric) => [metric, found[metric]])) as UsageCounts;
  }

  /**
   * What only grows is never written lower: of two processes the one that read earlier may write later. Payments are
   * counted again by the reconciliation, and stored bytes may shrink.
   */
  async write(months: readonly (TenantMonth & { counts: UsageCounts })[], at: Date): Promise<void> {
    if (months.length === 0) return;
    // Numbers and a date by now: Mongoose's casting of each would cost more than all else of it.
    const collection = this.model.collection as unknown as mongoose.mongo.Collection<UsageSnapshot>;
    await collection.bulkWrite(
      months.map(({ counts: { api_calls, bandwidth_bytes, ...plain }, ...month }) => ({
        updateOne: {
          filter: { _id: idOf(month) },
          update: { $max: { api_calls, bandwidth_bytes }, $set: { ...plain, takenAt: at } },
          upsert: true,
        },
      })),
      { ordered: false },
    );
  }

  async markRebuilt(month: TenantMonth, at: Date): Promise<void> {
    await this.model.updateOne({ _id: idOf(month) }, { $set: { rebuiltAt: at } }).exec();
  }

  /** One that was rebuilt up to `before`, taken off the list; one process gets it. */
  async takeRebuilt(before: Date): Promise<TenantMonth | null> {
    const found = await this.model
      .findOneAndUpdate({ rebuiltAt: mongoose.trusted({ $lte: before }) }, { $unset: { rebuiltAt: 1 } })
      .lean<UsageSnapshot>()
      .exec();
    if (found === null) return null;
    const [tenantId = '', period = ''] = found._id.split(':');
    return { tenantId, period };
  }
}
