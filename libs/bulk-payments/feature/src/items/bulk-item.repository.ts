import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { TenantAwareRepository, TenantIsolation, type TenantFilter } from '@financeops/data-access/isolation';
import type { BulkPayment } from '../batch/bulk-payment.schema';
import { BulkItem, type ItemError, type ItemState } from './bulk-item.schema';
import { isPayable, type PayableItem } from './payable-item.rules';
import { withStatus, type ItemStatus } from './item-status.rules';

/** Outcomes of lines of one batch. */
export interface LineOutcomes {
  completed: Types.ObjectId[];
  unresolved: Types.ObjectId[];
  failed: { id: Types.ObjectId; error: ItemError }[];
}

type Batch = Pick<BulkPayment, '_id' | 'granted'>;

@Injectable()
export class BulkItemRepository extends TenantAwareRepository<BulkItem> {
  constructor(@InjectModel(BulkItem.name) model: Model<BulkItem>, isolation: TenantIsolation) {
    super(model, isolation);
  }

  /** Lines with `n` above `after`, in the order of the file. */
  list(batch: Batch, status: ItemStatus | undefined, after: number, limit: number): Promise<BulkItem[]> {
    return this.find({
      filter: this.ofBatch(batch, status, after),
      options: { sort: { n: 1 }, limit },
    });
  }

  /** All lines, in the order of the file. */
  all(batch: Batch): AsyncIterable<BulkItem> {
    return this.stream({ filter: this.ofBatch(batch, undefined, 0), options: { sort: { n: 1 } } });
  }

  /** Lines that a process started and did not finish. */
  findProcessing({ _id }: Batch, limit: number): Promise<PayableItem[]> {
    return this.findPayable({ bulkId: _id, state: 'PROCESSING' }, limit);
  }

  /** The next lines to pay. */
  findPending({ _id, granted }: Batch, limit: number): Promise<PayableItem[]> {
    return this.findPayable({ bulkId: _id, state: 'PENDING', ordinal: { $lte: granted } }, limit);
  }

  /** Marks lines as PROCESSING; returns how many. Call it in the transaction that stores their payments. */
  async markProcessing({ _id }: Batch, ids: readonly Types.ObjectId[]): Promise<number> {
    const { modified } = await this.updateMany(
      { bulkId: _id, _id: { $in: ids }, state: 'PENDING' },
      { $set: { state: 'PROCESSING', begun: true } },
    );
    return modified;
  }

  /** IDs (hex) of those lines that are still in a state; another process may have changed them. */
  async idsInState({ _id }: Batch, ids: readonly Types.ObjectId[], state: ItemState): Promise<Set<string>> {
    const found = await this.distinct('_id', { filter: { bulkId: _id, _id: { $in: ids }, state } });
    return new Set(found.map((id) => id.toHexString()));
  }

  /** The line with this ID if its outcome is unknown. */
  findUnresolved(_id: Types.ObjectId): Promise<BulkItem | null> {
    return this.findOne({ filter: { _id, state: 'UNRESOLVED' } });
  }

  /** Stores outcomes of lines. */
  async recordOutcomes(
    { _id }: Pick<Batch, '_id'>,
    { completed, unresolved, failed }: LineOutcomes,
  ): Promise<void> {
    if (completed.length > 0) {
      await this.updateMany({ bulkId: _id, _id: { $in: completed } }, { $set: { state: 'COMPLETED' } });
    }
    if (unresolved.length > 0) {
      await this.updateMany({ bulkId: _id, _id: { $in: unresolved } }, { $set: { state: 'UNRESOLVED' } });
    }
    if (failed.length > 0) {
      await this.bulkWrite(
        failed.map(({ id, error }) => ({
          updateOne: { filter: { bulkId: _id, _id: id }, update: { $set: { state: 'FAILED', error } } },
        })),
      );
    }
  }

  /** Deletes the lines of a file that was not accepted. No client has seen them. */
  async discard(bulkId: Types.ObjectId): Promise<void> {
    await this.purge({ bulkId });
  }

  private async findPayable(filter: TenantFilter<BulkItem>, limit: number): Promise<PayableItem[]> {
    const items = await this.find({ filter, options: { sort: { n: 1 }, limit } });
    return items.filter(isPayable);
  }

  private ofBatch(
    { _id, granted }: Batch,
    status: ItemStatus | undefined,
    after: number,
  ): TenantFilter<BulkItem> {
    return {
      $and: [{ bulkId: _id, n: { $gt: after } }, status === undefined ? {} : withStatus(status, granted)],
    };
  }
}
