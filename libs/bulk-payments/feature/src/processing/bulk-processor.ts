import { Injectable } from '@nestjs/common';
import type { Types } from 'mongoose';
import { duplicateKeyFields, TransactionRunner } from '@financeops/core/mongo';
import { PaymentBatchService, QuotaService, type BatchOrder } from '@financeops/payments/feature';
import { BulkPaymentRepository } from '../batch/bulk-payment.repository';
import type { BulkPayment } from '../batch/bulk-payment.schema';
import { BulkItemRepository, type LineOutcomes } from '../items/bulk-item.repository';
import type { BulkItem, ItemState } from '../items/bulk-item.schema';
import { CANCELLED_LINE, failedAtGateway } from '../items/failed-line.rules';
import { REFERENCE_TAKEN } from '../items/new-item';
import type { PayableItem } from '../items/payable-item.rules';

/** Lines that are paid in one turn: the transactions stay short, and the next tenant waits for no more than these. */
export const LINES_A_TURN = 200;

const orderOf = ({
  _id,
  reference,
  amount,
  currency,
  method,
  description,
  metadata,
}: PayableItem): BatchOrder => ({
  id: _id,
  reference,
  amount,
  currency,
  method,
  description,
  metadata,
});

/**
 * Pays the lines of the running tenant's files, a few at a time. Each step is a transaction over lines and payments
 * together, conditional on where the lines stand, so that it may break off anywhere and be taken up by any process, or be
 * done by two at once, and each line has exactly one payment.
 */
@Injectable()
export class BulkProcessor {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly batches: BulkPaymentRepository,
    private readonly items: BulkItemRepository,
    private readonly payments: PaymentBatchService,
    private readonly quota: QuotaService,
  ) {}

  /** One turn of the tenant. Returns how many lines it ended, or `null` when nothing is left to do. */
  async turn(): Promise<number | null> {
    const batch = await this.batches.nextUnfinished();
    if (batch === null) return null;
    const begun = await this.items.findProcessing(batch, LINES_A_TURN);
    if (begun.length > 0) return this.finish(batch, begun, true);
    const waiting = await this.items.findPending(batch, LINES_A_TURN);
    if (waiting.length === 0) throw new Error(`The bulk payment ${batch._id.toHexString()} has lost lines.`);
    const { opened, refused } = await this.begin(batch, waiting);
    return (await this.finish(batch, opened, false)) + refused;
  }

  /**
   * Stores the lines' payments, PENDING. A line whose reference was taken since the file was checked has failed, and gives
   * its place in the quota back.
   */
  private async begin(
    batch: BulkPayment,
    lines: PayableItem[],
  ): Promise<{ opened: PayableItem[]; refused: number }> {
    try {
      await this.transactions.run(() => this.open(batch, lines));
      this.payments.opened(lines.length, batch.createdAt);
      return { opened: lines, refused: 0 };
    } catch (error) {
      if (duplicateKeyFields(error) === null) throw error;
    }
    const taken = await this.payments.takenReferences(lines.map(({ reference }) => reference));
    const refused = lines.filter(({ reference }) => taken.has(reference));
    const opened = lines.filter(({ reference }) => !taken.has(reference));
    await this.transactions.run(async () => {
      const failed = refused.map(({ _id }) => ({
        id: _id,
        error: { ...REFERENCE_TAKEN, pointer: '/reference' },
      }));
      const ended = await this.end(batch, 'PENDING', { completed: [], unresolved: [], failed });
      if (opened.length > 0) await this.open(batch, opened);
      if (batch.counted && ended > 0) await this.quota.giveBack(batch.createdAt, ended);
    });
    if (opened.length > 0) this.payments.opened(opened.length, batch.createdAt);
    return { opened, refused: refused.length };
  }

  private async open(batch: BulkPayment, lines: PayableItem[]): Promise<void> {
    const begun = await this.items.markProcessing(batch, idsOf(lines));
    // After a pause of this process another has taken over, and has them now.
    if (begun !== lines.length) throw new Error('The lines are no longer waiting.');
    await this.payments.open(lines.map(orderOf), batch.createdBy, batch.createdAt);
  }

  private async finish(batch: BulkPayment, lines: PayableItem[], again: boolean): Promise<number> {
    if (lines.length === 0) return 0;
    const orders = lines.map(orderOf);
    const outcomes = await this.payments.charge(orders, again);
    const failed = outcomes.failed.map(({ id, failure }) => ({
      id,
      error: failedAtGateway(failure),
    }));
    await this.transactions.run(async () => {
      const cancelled = await this.payments.settle(orders, outcomes);
      await this.end(batch, 'PROCESSING', withoutCancelled({ ...outcomes, failed }, cancelled));
    });
    return lines.length;
  }

  /** Ends lines and counts them, but for those that another process has ended already; returns how many. */
  private async end(batch: BulkPayment, from: ItemState, outcomes: LineOutcomes): Promise<number> {
    const { completed, unresolved, failed } = outcomes;
    const ids = [...completed, ...unresolved, ...failed.map(({ id }) => id)];
    const open = await this.items.idsInState(batch, ids, from);
    const isOpen = (id: Types.ObjectId): boolean => open.has(id.toHexString());
    const ended: LineOutcomes = {
      completed: completed.filter(isOpen),
      unresolved: unresolved.filter(isOpen),
      failed: failed.filter(({ id }) => isOpen(id)),
    };
    await this.items.recordOutcomes(batch, ended);
    const progress = {
      completed: ended.completed.length,
      unresolved: ended.unresolved.length,
      failed: ended.failed.length,
    };
    await this.batches.advance(batch._id, progress, new Date());
    return open.size;
  }
}

/** Lines whose payment was cancelled before the gateway had answered have failed. */
const withoutCancelled = (
  { completed, failed, unresolved }: LineOutcomes,
  cancelled: readonly Types.ObjectId[],
): LineOutcomes => {
  const gone = new Set(cancelled.map((id) => id.toHexString()));
  const isLeft = (id: Types.ObjectId): boolean => !gone.has(id.toHexString());
  return {
    completed: completed.filter(isLeft),
    unresolved,
    failed: [
      ...failed.filter(({ id }) => isLeft(id)),
      ...cancelled.map((id) => ({ id, error: CANCELLED_LINE })),
    ],
  };
};

const idsOf = (lines: readonly BulkItem[]): Types.ObjectId[] => lines.map(({ _id }) => _id);
