import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { PagePosition } from '@financeops/core/http';
import {
  TenantAwareRepository,
  TenantIsolation,
  type TenantPage,
  type TenantUpdate,
} from '@financeops/data-access/isolation';
import { BulkPayment } from './bulk-payment.schema';
import { isFinished, statusOf } from './bulk-status.rules';

/** Change in the number of lines by outcome. */
interface Progress {
  completed: number;
  failed: number;
  unresolved: number;
}

@Injectable()
export class BulkPaymentRepository extends TenantAwareRepository<BulkPayment> {
  constructor(@InjectModel(BulkPayment.name) model: Model<BulkPayment>, isolation: TenantIsolation) {
    super(model, isolation);
  }

  list(limit: number, after: PagePosition | null): Promise<TenantPage<BulkPayment>> {
    return this.paginate({ limit, after });
  }

  findByContent(contentHash: string): Promise<BulkPayment | null> {
    return this.findOne({ filter: { contentHash } });
  }

  findByMessage(messageKey: string): Promise<BulkPayment | null> {
    return this.findOne({ filter: { messageKey } });
  }

  findByIdempotencyKey(idempotencyKey: string): Promise<BulkPayment | null> {
    return this.findOne({ filter: { idempotencyKey } });
  }

  /** The oldest bulk payment with lines to process. */
  nextUnfinished(): Promise<BulkPayment | null> {
    return this.findOne({
      filter: { status: { $in: ['QUEUED', 'PROCESSING'] } },
      options: { sort: { createdAt: 1, _id: 1 } },
    });
  }

  /** Adds outcomes of lines; the last one completes the batch. Call it in the transaction that updates the lines. */
  async advance(id: Types.ObjectId, progress: Progress, now: Date): Promise<BulkPayment> {
    const batch = await this.change(id, { $inc: { ...progress } });
    const status = statusOf(batch);
    return this.change(id, { $set: isFinished(batch) ? { status, completedAt: now } : { status } });
  }

  private async change(_id: Types.ObjectId, update: TenantUpdate<BulkPayment>): Promise<BulkPayment> {
    const batch = await this.updateOne({ _id }, update);
    if (batch === null) throw new Error(`The bulk payment ${_id.toHexString()} does not exist.`);
    return batch;
  }
}
