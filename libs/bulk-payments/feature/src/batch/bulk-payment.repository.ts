import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { PagePosition } from '@financeops/core/http';
import { TenantAwareRepository, TenantIsolation, type TenantPage } from '@financeops/data-access/isolation';
import { BulkPayment } from './bulk-payment.schema';
import { isFinished, statusOf } from './bulk-status.rules';

/** What more is known of a batch's lines. */
export interface Progress {
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

  /** The oldest that has something left to do. */
  nextUnfinished(): Promise<BulkPayment | null> {
    return this.findOne({
      filter: { status: { $in: ['QUEUED', 'PROCESSING'] } },
      options: { sort: { createdAt: 1, _id: 1 } },
    });
  }

  /** Adds what became known, and ends the batch with its last line. To be called in the transaction of its lines. */
  async advance(id: Types.ObjectId, progress: Progress, now: Date): Promise<BulkPayment> {
    const batch = await this.updateOne({ _id: id }, { $inc: { ...progress } });
    if (batch === null) throw new Error(`The bulk payment ${id.toHexString()} is gone.`);
    const status = statusOf(batch);
    const change = isFinished(batch) ? { status, completedAt: now } : { status };
    return (await this.updateOne({ _id: id }, { $set: change }))!;
  }
}
