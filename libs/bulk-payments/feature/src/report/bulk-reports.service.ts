import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { groupStatus, isAnswerable, statusReport, type ReportLine } from '@financeops/bulk-payments/formats';
import { DomainError } from '@financeops/core/errors';
import { stringifyReply } from '@financeops/core/http';
import type { BulkPayment } from '../batch/bulk-payment.schema';
import { BulkItemRepository } from '../items/bulk-item.repository';
import type { BulkItem } from '../items/bulk-item.schema';
import { errorOf, statusOfItem } from '../items/item-status.rules';
import { BulkQueries } from './bulk-queries.service';
import { bulkPaymentView } from './bulk.view';
import { itemView } from './item.view';

/** Formats of a report. */
export type ReportKind = 'json' | 'xml';

export interface Report {
  type: string;
  body: Readable;
}

/** Items per piece of text. */
const FLUSH_EVERY = 200;

/** Writes reports of whole files as streams, in bounded memory. */
@Injectable()
export class BulkReports {
  constructor(
    private readonly queries: BulkQueries,
    private readonly items: BulkItemRepository,
  ) {}

  /**
   * The report in the first format of `wanted` that the file supports.
   * @throws DomainError `not-found`, `not-acceptable`
   */
  async create(id: string, wanted: readonly ReportKind[]): Promise<Report> {
    const batch = await this.queries.find(id);
    const hasXml = batch.message !== null && isAnswerable(batch.format);
    const kind = wanted.find((each) => each === 'json' || hasXml) ?? wanted[0];
    // Created here, inside the tenant's context: the stream is read after the request handler returns.
    const lines = this.items.all(batch);
    if (kind === 'json') {
      return { type: 'application/json; charset=utf-8', body: Readable.from(jsonReport(batch, lines)) };
    }
    if (kind === 'xml') return { type: 'application/xml; charset=utf-8', body: this.pain002(batch, lines) };
    throw new DomainError(
      'not-acceptable',
      'Reports are available as application/json and, for a pain.001, as application/xml.',
    );
  }

  private pain002(batch: BulkPayment, lines: AsyncIterable<BulkItem>): Readable {
    const { format, message } = batch;
    if (message === null || !isAnswerable(format)) {
      throw new DomainError(
        'not-acceptable',
        'Only a pain.001 has a report in application/xml; use application/json.',
      );
    }
    const { total, completed, failed, rejected } = batch;
    return Readable.from(
      statusReport({
        messageId: batch._id.toHexString(),
        createdAt: new Date(),
        original: { format, ...message },
        groupStatus: groupStatus({ total, completed, refused: failed + rejected }),
        lines: reportLines(batch, lines),
      }),
    );
  }
}

async function* jsonReport(batch: BulkPayment, lines: AsyncIterable<BulkItem>): AsyncGenerator<string> {
  let text = `${stringifyReply(bulkPaymentView(batch)).slice(0, -1)},"items":[`;
  let count = 0;
  for await (const item of lines) {
    text += `${count === 0 ? '' : ','}${JSON.stringify(itemView(item, batch.granted))}`;
    if (++count % FLUSH_EVERY === 0) {
      yield text;
      text = '';
    }
  }
  yield `${text}]}`;
}

async function* reportLines(batch: BulkPayment, lines: AsyncIterable<BulkItem>): AsyncGenerator<ReportLine> {
  for await (const item of lines) {
    const error = errorOf(item, batch.granted);
    yield {
      batch: item.batch ?? { index: 0, id: '' },
      instructionId: item.instructionId,
      endToEndId: item.endToEndId,
      status: statusOfItem(item, batch.granted),
      reason: error === null ? null : { code: error.reason, text: error.message },
    };
  }
}
