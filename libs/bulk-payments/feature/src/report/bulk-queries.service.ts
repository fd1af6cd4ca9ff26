import { Injectable } from '@nestjs/common';
import { NotFoundError } from '@financeops/core/errors';
import { CursorCodec } from '@financeops/core/http';
import { TenantContextService } from '@financeops/tenancy/context';
import { BulkPaymentRepository } from '../batch/bulk-payment.repository';
import type { BulkPayment } from '../batch/bulk-payment.schema';
import { BulkItemRepository } from '../items/bulk-item.repository';
import type { ItemStatus } from '../items/item-status.rules';
import { bulkPaymentView, type BulkPaymentPageView } from './bulk.view';
import { itemView, type BulkItemPageView } from './item.view';

/** Reads bulk payments and their lines for clients. */
@Injectable()
export class BulkQueries {
  constructor(
    private readonly batches: BulkPaymentRepository,
    private readonly lines: BulkItemRepository,
    private readonly contexts: TenantContextService,
    private readonly cursors: CursorCodec,
  ) {}

  /** @throws NotFoundError */
  async find(id: string): Promise<BulkPayment> {
    const batch = await this.batches.findById(id);
    if (batch === null) throw new NotFoundError();
    return batch;
  }

  /** Newest first. @throws ValidationError for a cursor of another list. */
  async list(limit: number, cursor: string | undefined): Promise<BulkPaymentPageView> {
    const binding = ['bulk-payments', this.contexts.getTenantId()];
    const after = cursor === undefined ? null : this.cursors.decode(cursor, binding);
    const { items, next } = await this.batches.list(limit, after);
    return {
      data: items.map(bulkPaymentView),
      nextCursor: next === null ? null : this.cursors.encode(next, binding),
    };
  }

  /** In the order of the file. @throws NotFoundError, ValidationError for a cursor of another list. */
  async items(
    id: string,
    status: ItemStatus | undefined,
    limit: number,
    cursor: string | undefined,
  ): Promise<BulkItemPageView> {
    const binding = ['bulk-items', this.contexts.getTenantId(), id, status ?? null];
    const after = cursor === undefined ? 0 : this.cursors.decodeNumber(cursor, binding);
    const batch = await this.find(id);
    const found = await this.lines.list(batch, status, after, limit + 1);
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      data: page.map((item) => itemView(item, batch.granted)),
      nextCursor:
        found.length > limit && last !== undefined ? this.cursors.encodeNumber(last.n, binding) : null,
    };
  }
}
