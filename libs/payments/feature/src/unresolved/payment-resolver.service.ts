import { Injectable, Logger } from '@nestjs/common';
import { KeyedQueue, TransactionRunner } from '@financeops/core/mongo';
import { GatewayClient, type ChargeOutcome } from '@financeops/gateways';
import { TenantContextService, type ResolvedTenant } from '@financeops/tenancy/context';
import { TenantDirectory } from '@financeops/tenancy/directory';
import { PaymentRepository } from '../payment/payment.repository';
import type { Payment } from '../payment/payment.schema';
import { chargeOf, SettlementService } from '../payment/settlement.service';
import { PaymentOutcomeListener } from './payment-outcome-listener';
import type { UnresolvedPayment } from './unresolved-payment.schema';
import { UnresolvedPayments } from './unresolved-payments';
import { isOverdue, mayStillCharge } from './unresolved.rules';

const NEVER_RECEIVED: ChargeOutcome = {
  kind: 'failed',
  failure: { code: 'not_received', message: 'The gateway never received the payment.' },
};

/** Another has taken the payment meanwhile, and writes what it finds. */
class LostLeaseError extends Error {}

/**
 * Asks the gateway about one payment without an answer, and writes what it says: payment, note and followers in one
 * transaction, only while the note is still the caller's.
 */
@Injectable()
export class PaymentResolver {
  private readonly logger = new Logger('UnresolvedPayments');
  /** Payments of one file are counted in one document: in this process they wait for each other instead of conflicting. */
  private readonly sameTenant = new KeyedQueue();

  constructor(
    private readonly unresolved: UnresolvedPayments,
    private readonly payments: PaymentRepository,
    private readonly settlement: SettlementService,
    private readonly transactions: TransactionRunner,
    private readonly gateway: GatewayClient,
    private readonly directory: TenantDirectory,
    private readonly contexts: TenantContextService,
    private readonly follower: PaymentOutcomeListener,
  ) {}

  /** Whether its outcome is known now. `now`: milliseconds since the epoch. */
  async resolve(note: UnresolvedPayment, now: number): Promise<boolean> {
    const tenant = await this.directory.findById(note.tenantId);
    if (tenant === null) throw new Error(`The tenant ${note.tenantId} is not to be found.`);
    return this.contexts.run({ tenant, resolvedVia: 'job', resolvedAt: Date.now() }, async () => {
      const payment = await this.payments.findById(note._id, { includeDeleted: true });
      if (payment === null) throw new Error('The payment is not to be found.');
      const outcome: ChargeOutcome =
        payment.status === 'PENDING' ? await this.truth(payment, note, tenant, now) : { kind: 'unknown' };
      try {
        return await this.sameTenant.run(note.tenantId, () => this.write(note, payment, outcome, now));
      } catch (error) {
        if (error instanceof LostLeaseError) return false;
        throw error;
      }
    });
  }

  /**
   * A charge that never reached the gateway is sent now, under the same key. Once that key may be forgotten it has failed
   * instead, as soon as the gateway has confirmed that it won't take it any more.
   */
  private async truth(
    payment: Payment,
    { since }: UnresolvedPayment,
    tenant: ResolvedTenant,
    now: number,
  ): Promise<ChargeOutcome> {
    const charge = chargeOf(payment);
    const found = await this.gateway.find(charge);
    if (found.kind !== 'absent') return found;
    if (!mayStillCharge(since, now)) {
      return (await this.gateway.cancel(charge)) ? NEVER_RECEIVED : { kind: 'unknown' };
    }
    // No money moves for a tenant that was switched off.
    return tenant.isActive ? this.gateway.charge(charge) : { kind: 'unknown' };
  }

  private async write(
    note: UnresolvedPayment,
    pending: Payment,
    outcome: ChargeOutcome,
    now: number,
  ): Promise<boolean> {
    const payment = await this.transactions.run(async () => {
      const stored = await this.settlement.store(pending, outcome);
      const isOpen = stored.status === 'PENDING';
      const isOurs = isOpen ? await this.unresolved.postpone(note, now) : await this.unresolved.end(note);
      if (!isOurs) throw new LostLeaseError();
      if (!isOpen) await this.follower.resolved(stored);
      return stored;
    });
    const { tenantId } = note;
    const paymentId = note._id.toHexString();
    if (payment.status === 'PENDING') {
      if (!note.overdue && isOverdue(note.since, now)) {
        this.logger.error(
          { tenantId, paymentId, since: note.since },
          'payment overdue: its gateway has given no answer for a day',
        );
      }
      return false;
    }
    // It was cancelled while the gateway was asked, which may have sent it.
    if (payment.status === 'CANCELLED') await this.settlement.undo(payment);
    this.logger.log({ tenantId, paymentId, status: payment.status }, 'payment resolved');
    return true;
  }
}
