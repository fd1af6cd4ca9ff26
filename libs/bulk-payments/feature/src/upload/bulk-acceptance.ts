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

/** A file whose lines are stored and that was found good. */
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
  good: number;
  totals: StoredTotal[];
}

const conflict = (detail: string): DomainError => new DomainError('conflict', detail);

/** Whether the same file, or one with the same name, may have been stored meanwhile, and have taken the quota's last places. */
const mayHaveLost = (error: unknown): boolean =>
  duplicateKeyFields(error) !== null || (error instanceof DomainError && error.code === 'quota-exceeded');

/** Makes a bulk payment of a received file, once per file whatever happens at the same time. */
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
   * One transaction: the bulk payment, its places in the month's quota, and its turn.
   * @throws DomainError `conflict`, `idempotency-key-reused`, `quota-exceeded`, `unavailable`
   */
  async accept(received: Received, caller: Principal): Promise<{ batch: BulkPayment; replayed: boolean }> {
    const earlier = await this.findEarlier(received);
    if (earlier !== null) return { batch: earlier, replayed: true };
    try {
      return { batch: await this.store(received, caller), replayed: false };
    } catch (error) {
      if (!mayHaveLost(error)) throw error;
      const winner = await this.findEarlier(received);
      if (winner === null) throw error;
      return { batch: winner, replayed: true };
    }
  }

  /**
   * The bulk payment that these bytes have become already. It may be committed between two of these look-ups, so any of
   * them can find it first.
   * @throws DomainError `conflict` when it had other options, or when other bytes had this MsgId;
   * `idempotency-key-reused` when the key was used with other bytes
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
    throw conflict(`Another file had this MsgId; it is ${pathOf(named)}. Give each file a MsgId of its own.`);
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
    throw conflict(`This file was sent before with another mode, map or currency; it is ${pathOf(batch)}.`);
  }

  private store(received: Received, caller: Principal): Promise<BulkPayment> {
    const now = new Date();
    const { id, good, total, mode, ...stored } = received;
    const counts = { total, completed: 0, failed: 0, unresolved: 0 };
    const limits = this.contexts.getTenant().getEffectiveLimits(now.getTime());
    return this.quota.within(now, (take) =>
      this.transactions.run(async () => {
        await this.uploads.accept(id);
        const granted = good === 0 ? 0 : await take(good, mode === 'continue');
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
