import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { Metrics } from '@financeops/core/observability';
import { UsageDifference } from './usage-difference.schema';

export type FoundDifference = Omit<UsageDifference, '_id' | 'at'>;

/** Reports every difference: one document, one line in the log, and the metric to alert on. */
@Injectable()
export class UsageDifferences {
  private readonly logger = new Logger('UsageReconciliation');
  private readonly found;

  constructor(
    @InjectModel(UsageDifference.name) private readonly model: Model<UsageDifference>,
    metrics: Metrics,
  ) {
    this.found = metrics.counter({
      name: 'usage_differences_total',
      help: 'Usage counters that were not what they had to be, and were put right',
      labelNames: ['metric'],
    });
  }

  async report(difference: FoundDifference): Promise<void> {
    this.found.inc({ metric: difference.metric });
    this.logger.warn(difference, 'usage counter corrected');
    await this.model.create({ ...difference, at: new Date() });
  }
}
