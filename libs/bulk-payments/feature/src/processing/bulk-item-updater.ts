import { Injectable } from '@nestjs/common';
import { PaymentOutcomeListener, type Payment } from '@financeops/payments/feature';
import { BulkPaymentRepository } from '../batch/bulk-payment.repository';
import { BulkItemRepository, type LineOutcomes } from '../items/bulk-item.repository';
import { CANCELLED_LINE, failedAtGateway } from '../items/failed-line.rules';

/** Lines whose payment had no answer end with it, and their file's counts and status follow. */
@Injectable()
export class BulkItemUpdater extends PaymentOutcomeListener {
  constructor(
    private readonly batches: BulkPaymentRepository,
    private readonly items: BulkItemRepository,
  ) {
    super();
  }

  async resolved(payment: Payment): Promise<void> {
    const item = await this.items.findUnresolved(payment._id);
    // Most payments belong to no file.
    if (item === null) return;
    const outcomes = outcomesOf(payment);
    await this.items.recordOutcomes({ _id: item.bulkId }, outcomes);
    const progress = { completed: outcomes.completed.length, failed: outcomes.failed.length, unresolved: -1 };
    await this.batches.advance(item.bulkId, progress, new Date());
  }
}

const outcomesOf = (payment: Payment): LineOutcomes => {
  const failedBy = (error: LineOutcomes['failed'][number]['error']): LineOutcomes => ({
    completed: [],
    unresolved: [],
    failed: [{ id: payment._id, error }],
  });
  if (payment.status === 'CANCELLED') return failedBy(CANCELLED_LINE);
  if (payment.status === 'FAILED') return failedBy(failedAtGateway(payment.failure!));
  return { completed: [payment._id], unresolved: [], failed: [] };
};
