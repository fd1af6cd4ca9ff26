import { Injectable, Logger } from '@nestjs/common';
import { Metrics } from '@financeops/core/observability';
import { JobBypass } from '@financeops/data-access/isolation';
import { PaymentsOfAllRepository, type OwnerlessPayments } from '../payment/payments-of-all.repository';

/** Milliseconds: it reads one index from end to end. */
const FOR_MS = 300_000;

/**
 * Finds payments whose tenant isn't in the list of tenants: a record that was lost, a restore that went wrong. They are in no
 * tenant's own count, so nobody is billed for them, and the reconciliation tenant by tenant can't see them.
 */
@Injectable()
export class OwnerlessPaymentsJob {
  private readonly logger = new Logger('OwnerlessPayments');
  private readonly found;

  constructor(
    private readonly bypass: JobBypass,
    private readonly payments: PaymentsOfAllRepository,
    metrics: Metrics,
  ) {
    this.found = metrics.counter({
      name: 'payments_ownerless_found_total',
      help: 'Payments found whose tenant is not in the list of tenants; each look counts all of them again',
      labelNames: [],
    });
  }

  /** By tenant, soft-deleted ones included. @throws UnavailableError when the audit log can't have it */
  async look(): Promise<OwnerlessPayments[]> {
    const reason = 'Payments whose tenant is not listed are in no tenant’s own count.';
    const found = await this.bypass.run({ job: 'ownerless-payments', reason, forMs: FOR_MS }, () =>
      this.payments.ofUnlistedTenants(),
    );
    this.found.inc(found.reduce((sum, { payments }) => sum + payments, 0));
    for (const of of found) this.logger.error(of, 'payments found for a tenant that does not exist');
    return found;
  }
}
