import { Inject, Injectable } from '@nestjs/common';
import { Types } from 'mongoose';
import { ErrorList, type Instruction, type PaymentFileReader } from '@financeops/bulk-payments/formats';
import { CONFIG, type Config } from '@financeops/core/config';
import { ValidationError } from '@financeops/core/errors';
import { PaymentBatchService } from '@financeops/payments/feature';
import { TenantContextService, type Principal } from '@financeops/tenancy/context';
import type { BulkMode, BulkPayment } from '../batch/bulk-payment.schema';
import { BulkItemRepository } from '../items/bulk-item.repository';
import { newItem, REFERENCE_TAKEN } from '../items/new-item';
import { BulkAcceptance, type Received } from './bulk-acceptance';
import { BulkUploads } from './bulk-uploads';
import { MeasuredFile } from './measured-file';
import { Tally } from './tally';
import { fieldErrors, messageKeyOf } from './upload.rules';

/** A file that somebody sends. */
export interface Upload {
  file: AsyncIterable<Uint8Array>;
  reader: PaymentFileReader;
  mode: BulkMode;
  /** What else was asked for, canonical. */
  options: string;
  idempotencyKey: string | null;
}

/**
 * Receives files: checks and stores their lines as they stream in, and makes a bulk payment of them when the whole file has
 * been seen to be good. Until then nothing can be seen of it, and in the end nothing is left of one that is refused.
 */
@Injectable()
export class BulkUploadService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly uploads: BulkUploads,
    private readonly items: BulkItemRepository,
    private readonly payments: PaymentBatchService,
    private readonly acceptance: BulkAcceptance,
    private readonly contexts: TenantContextService,
  ) {}

  /**
   * @throws DomainError `validation-failed` with the errors of the file; `payload-too-large`; and those of BulkAcceptance.
   */
  async receive(upload: Upload, caller: Principal): Promise<{ batch: BulkPayment; replayed: boolean }> {
    const id = new Types.ObjectId();
    const end = await this.uploads.begin(id, this.contexts.getTenantId());
    let stored = false;
    try {
      const { received, errors } = await this.read(id, upload);
      // The same bytes again: their references are taken by now, by themselves.
      const earlier = await this.acceptance.findReplayed(received);
      if (earlier !== null) return { batch: earlier, replayed: true };
      if (errors.count > 0) throw refusal(errors);
      const answer = await this.acceptance.accept(received, caller);
      stored = !answer.replayed;
      return answer;
    } finally {
      end();
      if (!stored) await this.discard(id);
    }
  }

  private async read(
    id: Types.ObjectId,
    { file, reader, mode, options, idempotencyKey }: Upload,
  ): Promise<{ received: Received; errors: ErrorList }> {
    const measured = new MeasuredFile(file, this.config.BULK_MAX_BYTES);
    const tally = new Tally();
    const errors = new ErrorList();
    for await (const chunk of reader.instructions(measured)) {
      await this.checkReferences(chunk);
      const before = tally.good;
      chunk.forEach((line) => tally.add(line));
      if (mode === 'atomic') chunk.forEach((line) => errors.add(line.errors));
      // A file that will be refused is only checked to its end.
      if (errors.count === 0) await this.store(id, chunk, before);
    }
    const outcome = reader.outcome();
    errors.add(outcome.errors, outcome.errorCount);
    const received = {
      id,
      format: outcome.format,
      message: outcome.message,
      messageKey: outcome.message === null ? null : messageKeyOf(outcome.message),
      contentHash: measured.digest(),
      mode,
      options,
      idempotencyKey,
      total: tally.total,
      good: tally.good,
      totals: tally.totals(),
    };
    return { received, errors };
  }

  /** References that payments of the tenant have already; the readers see to those that a file has twice. */
  private async checkReferences(chunk: readonly Instruction[]): Promise<void> {
    const named = chunk.flatMap(({ reference, line, errors }) =>
      reference === null || errors.length > 0 ? [] : [{ reference, line, errors }],
    );
    if (named.length === 0) return;
    const taken = await this.payments.takenReferences(named.map(({ reference }) => reference));
    for (const { reference, line, errors } of named) {
      if (!taken.has(reference)) continue;
      errors.push({
        line,
        pointer: '/reference',
        message: REFERENCE_TAKEN.message,
        reason: REFERENCE_TAKEN.reason,
      });
    }
  }

  private async store(id: Types.ObjectId, chunk: readonly Instruction[], before: number): Promise<void> {
    let ordinal = before;
    await this.items.createMany(
      chunk.map((line) => newItem(id, line, line.errors.length === 0 ? ++ordinal : 0)),
    );
  }

  /** Unless it was accepted after all: a commit whose answer was lost looks like a failure. */
  private async discard(id: Types.ObjectId): Promise<void> {
    const givenUp = await this.uploads.giveUp(id);
    if (!givenUp && (await this.acceptance.isAccepted(id))) return;
    await this.items.discard(id);
    await this.uploads.forget(id);
  }
}

const refusal = (errors: ErrorList): ValidationError =>
  new ValidationError(
    fieldErrors(errors.first),
    `The file has ${errors.count} error${errors.count === 1 ? '' : 's'}; nothing of it was stored. ` +
      '`errors` holds the first 100. Correct it and send it again.',
    { errorCount: errors.count },
  );
