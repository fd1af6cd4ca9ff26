import { Injectable, Logger } from '@nestjs/common';
import { TransactionRunner } from '@financeops/core/mongo';
import { thresholdsReached } from '@financeops/payments/domain';
import type { MonthlyQuota } from './monthly-quota.schema';
import { MonthlyQuotaRepository } from './monthly-quota.repository';
import { QuotaAudit } from './quota-audit';

/**
 * Raises `usage.threshold` when a tenant has used 80 % and 100 % of its monthly payments: once per threshold and month,
 * whichever process notices. The mark that it was raised stands in the quota's counter and is written in one transaction
 * with the event; MongoDB knows the count, so Redis has no part in it.
 */
@Injectable()
export class QuotaThresholds {
  private readonly logger = new Logger(QuotaThresholds.name);

  constructor(
    private readonly quotas: MonthlyQuotaRepository,
    private readonly transactions: TransactionRunner,
    private readonly audit: QuotaAudit,
  ) {}

  /** In a transaction. `quota`: the counter as it is; a payment that crosses nothing costs nothing here. */
  async raise({ period, count, thresholdsRaised }: MonthlyQuota, limit: number): Promise<void> {
    for (const threshold of thresholdsReached(count, limit, thresholdsRaised)) {
      if (await this.quotas.markRaised(period, threshold)) {
        await this.audit.reached({ metric: 'transactions', period, threshold, used: count, limit });
      }
    }
  }

  /**
   * The same after a refused payment, which leaves no transaction behind: a limit that was lowered below what is used is
   * noticed here. Never rejects, for the refusal stands; the next one tries again.
   */
  async catchUp(quota: MonthlyQuota, limit: number): Promise<void> {
    if (thresholdsReached(quota.count, limit, quota.thresholdsRaised).length === 0) return;
    try {
      await this.transactions.run(() => this.raise(quota, limit));
    } catch (error) {
      this.logger.error({ err: error }, 'usage threshold event not stored');
    }
  }
}
