import { Injectable } from '@nestjs/common';
import type { Types } from 'mongoose';
import type { FileFormat, MessageHeader } from '@financeops/bulk-payments/formats';
import { DomainError } from '@financeops/core/errors';
import { duplicateKeyFields, TransactionRunner } from '@financeops/core/mongo';
import { QuotaService } from '@financeops/payments/feature';
import { TenantContextService, type Principal } from '@financeops/tenancy/context';
import { BulkPaymentRepository } from '../batch/bulk-payment.repository';
import type { BulkMode, BulkPayment, StoredTotal } from '../batch/bulk-payment.schema';
import { isFinished, statusOf } from '../batch/bulk-status.rules';
import { BulkTurns } from '../processing/bulk-turns';
import { BulkUploads } from './bulk-uploads';

/** A validated file whose lines are stored. */
export interface Received {
  id: Types.ObjectId;
  format: FileFormat;
  message: MessageHeader | null;
  messageKey: string | null;
  contentHash: string;
  mode: BulkMode;
  options: string;
  idempotencyKey: string | null;
  total: number;
  /** Lines without an error. */
  valid: number;
  totals: StoredTotal[];
}

const conflict = (detail: string): DomainError => new DomainError('conflict', detail);

/** Whether a concurrent upload may be the reason: it stored the same file or MsgId, or used up the quota. */
const isRace = (error: unknown): boolean =>
  duplicateKeyFields(error) !== null || (error instanceof DomainError && error.code === 'quota-exceeded');

/** Creates the bulk payment of a received file: exactly one per file, also for concurrent uploads. */
@Injectable()
export class BulkAcceptance {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly batches: BulkPaymentRepository,
    private readonly uploads: BulkUploads,
    private readonly turns: BulkTurns,
    private readonly quota: QuotaService,
    private readonly contexts: TenantContextService,
  ) {}

  /**
   * Stores the bulk payment, its share of the monthly quota and its turn in one transaction.
   * @throws DomainError `conflict`, `idempotency-key-reused`, `quota-exceeded`, `unavailable`
   */
  async accept(received: Received, caller: Principal): Promise<{ batch: BulkPayment; replayed: boolean }> {
    const earlier = await this.findEarlier(received);
    if (earlier !== null) return { batch: earlier, replayed: true };
    try {
      return { batch: await this.store(received, caller), replayed: false };
    } catch (error) {
      if (!isRace(error)) throw error;
      const winner = await this.findEarlier(received);
      if (winner === null) throw error;
      return { batch: winner, replayed: true };
    }
  }

  /**
   * Finds the bulk payment of the same bytes. A concurrent upload may commit between these queries, so any of them can be
   * the first to find it.
   * @throws DomainError `conflict` when it had other options, or when another file has this MsgId;
   * `idempotency-key-reused` when the key was used with another file
   */
  private async findEarlier(received: Received): Promise<BulkPayment | null> {
    const { contentHash, idempotencyKey, messageKey } = received;
    const same = await this.findReplayed(received);
    if (same !== null) return same;
    const keyed = idempotencyKey === null ? null : await this.batches.findByIdempotencyKey(idempotencyKey);
    if (keyed?.contentHash === contentHash) return this.replayOf(keyed, received);
    if (keyed !== null) {
      throw new DomainError(
        'idempotency-key-reused',
        'The Idempotency-Key was used with another file or other options.',
      );
    }
    const named = messageKey === null ? null : await this.batches.findByMessage(messageKey);
    if (named === null) return null;
    if (named.contentHash === contentHash) return this.replayOf(named, received);
    throw conflict(`Another file has this MsgId: ${pathOf(named)}. Give each file its own MsgId.`);
  }

  /** The bulk payment of a file with these bytes. @throws DomainError `conflict` when it had other options */
  async findReplayed(received: Received): Promise<BulkPayment | null> {
    const same = await this.batches.findByContent(received.contentHash);
    return same === null ? null : this.replayOf(same, received);
  }

  isAccepted(id: Types.ObjectId): Promise<boolean> {
    return this.batches.exists({ filter: { _id: id } });
  }

  private replayOf(batch: BulkPayment, { options }: Received): BulkPayment {
    if (batch.options === options) return batch;
    throw conflict(`This file was already sent with another mode, map or currency: ${pathOf(batch)}.`);
  }

  private store(received: Received, caller: Principal): Promise<BulkPayment> {
    const now = new Date();
    const { id, valid, total, mode, ...stored } = received;
    const counts = { total, completed: 0, failed: 0, unresolved: 0 };
    const limits = this.contexts.getTenant().getEffectiveLimits(now.getTime());
    return this.quota.within(now, (take) =>
      this.transactions.run(async () => {
        await this.uploads.complete(id);
        const granted = valid === 0 ? 0 : await take(valid, mode === 'continue');
        const rejected = total - granted;
        const finished = isFinished({ ...counts, rejected });
        if (!finished) await this.turns.arrive(this.contexts.getTenantId());
        return this.batches.create({
          ...stored,
          ...counts,
          _id: id,
          createdAt: now,
          mode,
          granted,
          counted: limits.maxTransactionsPerMonth !== null,
          rejected,
          status: statusOf({ ...counts, rejected }),
          completedAt: finished ? now : null,
          createdBy: caller.id,
        });
      }),
    );
  }
}

const pathOf = ({ _id }: BulkPayment): string => `/v1/bulk-payments/${_id.toHexString()}`;
