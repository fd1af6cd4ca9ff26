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
import { LineTotals } from './line-totals';
import { MeasuredFile } from './measured-file';
import { fieldErrors, messageKeyOf } from './upload.rules';

/** An uploaded file and its options. */
export interface Upload {
  file: AsyncIterable<Uint8Array>;
  reader: PaymentFileReader;
  mode: BulkMode;
  /** Mode, currency and column map, as canonical JSON. */
  options: string;
  idempotencyKey: string | null;
}

/**
 * Receives files. Lines are validated and stored as they stream in; when the whole file is valid, it becomes a bulk payment.
 * Until then clients see nothing of it, and a refused file leaves nothing behind.
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
   * @throws DomainError `validation-failed` with the errors of the file; `payload-too-large`; and those of BulkAcceptance
   */
  async receive(upload: Upload, caller: Principal): Promise<{ batch: BulkPayment; replayed: boolean }> {
    const id = new Types.ObjectId();
    const stopRenewing = await this.uploads.register(id, this.contexts.getTenantId());
    let stored = false;
    try {
      const { received, errors } = await this.read(id, upload);
      // For repeated bytes, the references are already taken by the first upload.
      const earlier = await this.acceptance.findReplayed(received);
      if (earlier !== null) return { batch: earlier, replayed: true };
      if (errors.count > 0) throw refusal(errors);
      const answer = await this.acceptance.accept(received, caller);
      stored = !answer.replayed;
      return answer;
    } finally {
      stopRenewing();
      if (!stored) await this.discard(id);
    }
  }

  private async read(
    id: Types.ObjectId,
    { file, reader, mode, options, idempotencyKey }: Upload,
  ): Promise<{ received: Received; errors: ErrorList }> {
    const measured = new MeasuredFile(file, this.config.BULK_MAX_BYTES);
    const totals = new LineTotals();
    const errors = new ErrorList();
    for await (const chunk of reader.instructions(measured)) {
      await this.checkReferences(chunk);
      const before = totals.valid;
      chunk.forEach((line) => totals.add(line));
      if (mode === 'atomic') chunk.forEach((line) => errors.add(line.errors));
      // A file that will be refused is only validated.
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
      total: totals.total,
      valid: totals.valid,
      totals: totals.byCurrency(),
    };
    return { received, errors };
  }

  /** Reports references of existing payments. Readers report those that a file uses twice. */
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

  /** Keeps an upload that was accepted: a commit whose reply was lost looks like a failure. */
  private async discard(id: Types.ObjectId): Promise<void> {
    const abandoned = await this.uploads.abandon(id);
    if (!abandoned && (await this.acceptance.isAccepted(id))) return;
    await this.items.discard(id);
    await this.uploads.remove(id);
  }
}

const refusal = (errors: ErrorList): ValidationError =>
  new ValidationError(
    fieldErrors(errors.first),
    `The file has ${errors.count} error${errors.count === 1 ? '' : 's'}; nothing was stored. ` +
      '`errors` lists the first 100. Correct the file and send it again.',
    { errorCount: errors.count },
  );
