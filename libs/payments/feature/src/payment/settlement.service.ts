import { Injectable } from '@nestjs/common';
import type { Types } from 'mongoose';
import { TransactionRunner } from '@financeops/core/mongo';
import { GatewayClient, type Charge, type ChargeOutcome } from '@financeops/gateways';
import { IdempotencyRepository } from '@financeops/idempotency';
import { PendingChargeStore } from '../recovery/pending-charge.store';
import { UnresolvedPayments } from '../unresolved/unresolved-payments';
import { createdReply } from './created-reply';
import { PaymentRepository } from './payment.repository';
import type { Payment } from './payment.schema';
import { metadataOf } from './payment.view';

/** What the gateway is told. */
export const chargeOf = (payment: Payment): Charge => ({
  paymentId: payment._id.toHexString(),
  tenantId: payment.tenantId.toHexString(),
  amount: payment.amount,
  currency: payment.currency,
  method: payment.method,
  metadata: metadataOf(payment),
});

/** Writes what the gateway said: the second transaction of a payment. Run twice, by whichever process, it does no harm. */
@Injectable()
export class SettlementService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly payments: PaymentRepository,
    private readonly claims: IdempotencyRepository,
    private readonly work: PendingChargeStore,
    private readonly unresolved: UnresolvedPayments,
    private readonly gateway: GatewayClient,
  ) {}

  /**
   * Returns the payment as it stands: an outcome that comes after somebody cancelled changes nothing but the gateway. One that
   * is still open is asked about again (PaymentResolver).
   */
  async settle(pending: Payment, outcome: ChargeOutcome, claimId: Types.ObjectId | null): Promise<Payment> {
    const settled = await this.transactions.run(async () => {
      const payment = await this.store(pending, outcome);
      if (claimId !== null) {
        await this.claims.complete(claimId, { kind: 'reply', reply: createdReply(payment) });
      }
      if (payment.status === 'PENDING') {
        await this.unresolved.note([payment._id], payment.tenantId.toHexString());
        // Within the transaction: a cancellation at the same time conflicts with it, so that neither misses the other.
        await this.work.end(payment._id);
      } else if (payment.status !== 'CANCELLED') {
        this.work.endAfterCommit(payment._id);
      }
      return payment;
    });
    if (settled.status === 'CANCELLED') await this.undo(settled);
    return settled;
  }

  /** Writes the outcome if the payment is still open. In the caller's transaction; returns the payment as it stands. */
  async store(pending: Payment, outcome: ChargeOutcome): Promise<Payment> {
    return (await this.record(pending, outcome)) ?? (await this.current(pending._id));
  }

  /** Has the gateway undo a cancelled payment; when it doesn't confirm, the recovery asks again. */
  async undo(payment: Payment): Promise<void> {
    if (await this.gateway.cancel(chargeOf(payment))) await this.work.end(payment._id);
  }

  /** `null` when the outcome changes nothing. */
  private record(pending: Payment, outcome: ChargeOutcome): Promise<Payment | null> {
    switch (outcome.kind) {
      case 'completed':
        return this.payments.move(pending, 'PENDING', 'COMPLETED', { amountCaptured: pending.amount });
      case 'failed':
        return this.payments.move(pending, 'PENDING', 'FAILED', { failure: outcome.failure });
      case 'pending':
      case 'unknown':
        return Promise.resolve(null);
    }
  }

  private async current(id: Types.ObjectId): Promise<Payment> {
    const payment = await this.payments.findById(id, { includeDeleted: true });
    if (payment === null) throw new Error(`The payment ${id.toHexString()} is gone.`);
    return payment;
  }
}
