import { Injectable } from '@nestjs/common';
import { KeyedQueue } from '@financeops/core/mongo';
import { DomainError } from '@financeops/core/errors';
import { quotaPeriod, secondsToMonthEnd } from '@financeops/payments/domain';
import { TenantContextService } from '@financeops/tenancy/context';
import { PaymentRepository } from '../payment/payment.repository';
import { MonthlyQuotaRepository } from './monthly-quota.repository';
import type { MonthlyQuota } from './monthly-quota.schema';
import { QuotaAudit } from './quota-audit';
import { QuotaThresholds } from './quota-thresholds.service';

/**
 * Takes places of the month, in the running transaction, once: one for a single payment, `wanted` of many, or with `some`
 * as many of these as are left. Returns how many.
 * @throws DomainError `quota-exceeded` when it can't take what it must.
 */
export type TakeQuota = (wanted?: number, some?: boolean) => Promise<number>;

/** The month has no counter yet; it can't be made inside the transaction, where a second maker would abort it. */
class QuotaNotOpenError extends Error {}

class QuotaExceededError extends DomainError {
  constructor(
    readonly quota: MonthlyQuota,
    limit: number,
    now: Date,
    wanted: number,
  ) {
    const detail =
      wanted === 1
        ? `The ${limit} payments of this month are used up.`
        : `Of the ${limit} payments of this month fewer than ${wanted} are left.`;
    super('quota-exceeded', detail, {
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
   * Runs `transaction`, which has to call the `take` it is given, once, for payments created at `createdAt`.
   * @throws DomainError `quota-exceeded`, from `take`
   */
  async within<R>(createdAt: Date, transaction: (take: TakeQuota) => Promise<R>): Promise<R> {
    const tenant = this.contexts.getTenant();
    const limit = tenant.getEffectiveLimits(createdAt.getTime()).maxTransactionsPerMonth;
    if (limit === null) return transaction((wanted = 1) => Promise.resolve(wanted));
    let refused = false;
    const take: TakeQuota = async (wanted = 1, some = false) => {
      const { taken, quota } = await this.take(limit, createdAt, wanted, some);
      refused = taken < wanted;
      if (refused && !some) throw new QuotaExceededError(quota, limit, createdAt, wanted);
      return taken;
    };
    try {
      return await this.queue.run(tenant.id, () => this.opening(createdAt, () => transaction(take)));
    } catch (error) {
      if (error instanceof QuotaExceededError) await this.thresholds.catchUp(error.quota, limit);
      throw error;
    } finally {
      if (refused) await this.audit.refused(quotaPeriod(createdAt), limit);
    }
  }

  /**
   * Puts back places that were taken for payments created at `createdAt` and that come to nothing. In the transaction that
   * finds it so.
   */
  async giveBack(createdAt: Date, places: number): Promise<void> {
    await this.quotas.giveBack(quotaPeriod(createdAt), places);
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

  private async take(
    limit: number,
    createdAt: Date,
    wanted: number,
    some: boolean,
  ): Promise<{ taken: number; quota: MonthlyQuota }> {
    const taking = await this.quotas.take(quotaPeriod(createdAt), limit, wanted, some);
    if (taking === 'not-open') throw new QuotaNotOpenError();
    if (taking.taken > 0) await this.thresholds.raise(taking.quota, limit);
    return taking;
  }

  /** What the tenant paid earlier in the month, while it was unlimited, counts too. */
  private async open(now: Date): Promise<void> {
    const from = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
    await this.quotas.open(quotaPeriod(now), await this.payments.countCreated({ from }));
  }
}
