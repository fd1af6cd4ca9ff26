import { Injectable } from '@nestjs/common';
import { DomainError } from '@financeops/core/errors';
import { quotaPeriod, secondsToMonthEnd } from '@financeops/payments/domain';
import { TenantContextService } from '@financeops/tenancy/context';
import { KeyedQueue } from '../keyed-queue';
import { PaymentRepository } from '../payment/payment.repository';
import { MonthlyQuotaRepository } from './monthly-quota.repository';
import type { MonthlyQuota } from './monthly-quota.schema';
import { QuotaAudit } from './quota-audit';
import { QuotaThresholds } from './quota-thresholds.service';

/** The month has no counter yet; it can't be made inside the transaction, where a second maker would abort it. */
class QuotaNotOpenError extends Error {}

class QuotaExceededError extends DomainError {
  constructor(
    readonly quota: MonthlyQuota,
    limit: number,
    now: Date,
  ) {
    super('quota-exceeded', `The ${limit} payments of this month are used up.`, {
      retryAfter: secondsToMonthEnd(now),
    });
  }
}

/**
 * The hard monthly limit of payments. It is counted in MongoDB, in the payment's own transaction, so that it is exact under
 * any concurrency and owes nothing to Redis. Unlimited tenants have no counter.
 */
@Injectable()
export class QuotaService {
  /** Transactions of a tenant that write its one counter: in line they commit at once, abreast they'd abort each other. */
  private readonly queue = new KeyedQueue();

  constructor(
    private readonly quotas: MonthlyQuotaRepository,
    private readonly payments: PaymentRepository,
    private readonly contexts: TenantContextService,
    private readonly thresholds: QuotaThresholds,
    private readonly audit: QuotaAudit,
  ) {}

  /**
   * Runs `transaction`, which has to call the `take` it is given, once, for a payment created at `createdAt`.
   * @throws DomainError `quota-exceeded`, from `take`
   */
  async within<R>(createdAt: Date, transaction: (take: () => Promise<void>) => Promise<R>): Promise<R> {
    const tenant = this.contexts.getTenant();
    const limit = tenant.getEffectiveLimits(createdAt.getTime()).maxTransactionsPerMonth;
    if (limit === null) return transaction(() => Promise.resolve());
    const take = () => this.take(limit, createdAt);
    try {
      return await this.queue.run(tenant.id, () => this.opening(createdAt, () => transaction(take)));
    } catch (error) {
      if (error instanceof QuotaExceededError) {
        await this.thresholds.catchUp(error.quota, limit);
        await this.audit.refused(quotaPeriod(createdAt), limit);
      }
      throw error;
    }
  }

  /** The first payment of a month finds no counter, makes it, and tries again. */
  private async opening<R>(createdAt: Date, transaction: () => Promise<R>): Promise<R> {
    try {
      return await transaction();
    } catch (error) {
      if (!(error instanceof QuotaNotOpenError)) throw error;
      await this.open(createdAt);
      return transaction();
    }
  }

  private async take(limit: number, createdAt: Date): Promise<void> {
    const taking = await this.quotas.take(quotaPeriod(createdAt), limit);
    if (taking.result === 'not-open') throw new QuotaNotOpenError();
    if (taking.result === 'used-up') throw new QuotaExceededError(taking.quota, limit, createdAt);
    await this.thresholds.raise(taking.quota, limit);
  }

  /** What the tenant paid earlier in the month, while it was unlimited, counts too. */
  private async open(now: Date): Promise<void> {
    const from = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
    await this.quotas.open(quotaPeriod(now), await this.payments.countCreated({ from }));
  }
}
