import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { TenantAwareRepository, TenantIsolation, type TenantFilter } from '@financeops/data-access/isolation';
import type { BulkPayment } from '../batch/bulk-payment.schema';
import { BulkItem, type ItemError, type ItemState } from './bulk-item.schema';
import { withStatus, type ItemStatus } from './item-status.rules';

/** How lines of one batch have ended. */
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

  /** Lines after the `after`-th, in the order of the file. */
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

  /** Lines that a process began and did not finish. */
  unfinished({ _id }: Batch, limit: number): Promise<BulkItem[]> {
    return this.find({ filter: { bulkId: _id, state: 'PROCESSING' }, options: { sort: { n: 1 }, limit } });
  }

  /** The next lines to be paid. */
  waiting({ _id, granted }: Batch, limit: number): Promise<BulkItem[]> {
    return this.find({
      filter: { bulkId: _id, state: 'PENDING', ordinal: { $lte: granted } },
      options: { sort: { n: 1 }, limit },
    });
  }

  /** Marks lines as begun. To be called in the transaction that stores their payments. */
  async begin({ _id }: Batch, ids: readonly Types.ObjectId[]): Promise<number> {
    const { modified } = await this.updateMany(
      { bulkId: _id, _id: { $in: ids }, state: 'PENDING' },
      { $set: { state: 'PROCESSING', begun: true } },
    );
    return modified;
  }

  /** Which of the lines are in a state still: another process may have been faster. */
  async stillIn({ _id }: Batch, ids: readonly Types.ObjectId[], state: ItemState): Promise<Set<string>> {
    const found = await this.distinct('_id', { filter: { bulkId: _id, _id: { $in: ids }, state } });
    return new Set(found.map((id) => id.toHexString()));
  }

  /** The line of this id, if its payment has no answer yet. */
  findUnresolved(_id: Types.ObjectId): Promise<BulkItem | null> {
    return this.findOne({ filter: { _id, state: 'UNRESOLVED' } });
  }

  /** Ends lines. */
  async end({ _id }: Pick<Batch, '_id'>, { completed, unresolved, failed }: LineOutcomes): Promise<void> {
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

  /** Removes the lines of a file that was refused: they were never anybody's to see. */
  async discard(bulkId: Types.ObjectId): Promise<void> {
    await this.purge({ bulkId });
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
