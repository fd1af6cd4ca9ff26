import { Injectable } from '@nestjs/common';
import type { Types } from 'mongoose';
import { AdmissionQueue } from '@financeops/core/mongo';
import type { Minor } from '@financeops/core/money';
import { GatewayClient, type ChargeFailure, type ChargeOutcome } from '@financeops/gateways';
import type { PaymentMethod } from '@financeops/payments/domain';
import { TenantContextService } from '@financeops/tenancy/context';
import { UsageTrackerService } from '@financeops/usage';
import { PaymentRepository } from '../payment/payment.repository';
import type { MetadataEntry } from '../payment/payment.schema';
import { UnresolvedPayments } from '../unresolved/unresolved-payments';

/** One payment of many. Its id is chosen by whoever orders it, once: what makes the order repeatable. */
export interface BatchOrder {
  id: Types.ObjectId;
  reference: string;
  amount: Minor;
  currency: string;
  method: PaymentMethod;
  description: string | null;
  metadata: readonly MetadataEntry[];
}

/** How the payments of a batch came out. `unresolved`: the gateway's answer is not known, or not final. */
export interface BatchOutcomes {
  completed: Types.ObjectId[];
  failed: { id: Types.ObjectId; failure: ChargeFailure }[];
  unresolved: Types.ObjectId[];
}

/** Charges that are with the gateway at a time. */
const AT_A_TIME = 32;

/**
 * Many payments at once, in the three steps of a single one: stored as PENDING, sent to the gateway, settled. The caller
 * keeps them together with its own records by calling the first and the last inside of its transactions.
 */
@Injectable()
export class PaymentBatchService {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly gateway: GatewayClient,
    private readonly unresolved: UnresolvedPayments,
    private readonly usage: UsageTrackerService,
    private readonly contexts: TenantContextService,
  ) {}

  /** Which of these references the tenant has used, for deleted payments too. */
  async takenReferences(references: readonly string[]): Promise<Set<string>> {
    const found = await this.payments.find({
      filter: { reference: { $in: references } },
      projection: { reference: 1 },
      includeDeleted: true,
    });
    return new Set(found.map(({ reference }) => reference));
  }

  /**
   * Stores the payments. They take no place in the quota: the caller has reserved them (QuotaService), in the month of
   * `createdAt`. In the caller's transaction; a reference or id that is taken fails it (`duplicateKeyFields`).
   */
  async open(orders: readonly BatchOrder[], createdBy: string, createdAt: Date): Promise<void> {
    await this.payments.createMany(
      orders.map(({ id, metadata, ...order }) => ({
        ...order,
        _id: id,
        createdAt,
        createdBy,
        metadata: [...metadata],
        status: 'PENDING' as const,
        gateway: this.gateway.name,
        amountCaptured: 0n,
        amountRefunded: 0n,
        failure: null,
      })),
    );
  }

  /** To be called after the commit of the transaction that opened them, at `createdAt`. */
  opened(count: number, createdAt: Date): void {
    this.usage.increment('transactions', count, createdAt);
  }

  /** Sends them to the gateway; `again`: they may have been sent before, so it is asked first. Never throws. */
  async charge(orders: readonly BatchOrder[], again: boolean): Promise<BatchOutcomes> {
    const tenantId = this.contexts.getTenantId();
    const queue = new AdmissionQueue(AT_A_TIME);
    const outcomes: BatchOutcomes = { completed: [], failed: [], unresolved: [] };
    await Promise.all(
      orders.map((order) =>
        queue.run(async () => {
          const charge = {
            paymentId: order.id.toHexString(),
            tenantId,
            amount: order.amount,
            currency: order.currency,
            method: order.method,
            metadata: Object.fromEntries(order.metadata.map(({ k, v }) => [k, v])),
          };
          const outcome = again ? await this.gateway.recover(charge) : await this.gateway.charge(charge);
          sort(outcomes, order.id, outcome);
        }),
      ),
    );
    return outcomes;
  }

  /**
   * Writes the outcomes. In the caller's transaction. A payment that somebody cancelled meanwhile stays so, whatever the
   * gateway says (who cancelled has it undone there); returns the ids of those. The gateway is asked again about what is
   * unresolved.
   */
  async settle(
    orders: readonly BatchOrder[],
    { completed, failed, unresolved }: BatchOutcomes,
  ): Promise<Types.ObjectId[]> {
    await this.unresolved.note(unresolved, this.contexts.getTenantId());
    const amounts = new Map(orders.map(({ id, amount }) => [id.toHexString(), amount]));
    const moves = [
      ...completed.map((id) => ({
        id,
        from: 'PENDING' as const,
        to: 'COMPLETED' as const,
        change: { amountCaptured: amounts.get(id.toHexString())! },
      })),
      ...failed.map(({ id, failure }) => ({
        id,
        from: 'PENDING' as const,
        to: 'FAILED' as const,
        change: { failure },
      })),
    ];
    const moved = await this.payments.moveMany(moves);
    if (moved === moves.length) return [];
    const cancelled = await this.payments.find({
      filter: { _id: { $in: moves.map(({ id }) => id) }, status: 'CANCELLED' },
      projection: { _id: 1 },
      includeDeleted: true,
    });
    return cancelled.map(({ _id }) => _id);
  }
}

const sort = (outcomes: BatchOutcomes, id: Types.ObjectId, outcome: ChargeOutcome): void => {
  switch (outcome.kind) {
    case 'completed':
      outcomes.completed.push(id);
      break;
    case 'failed':
      outcomes.failed.push({ id, failure: outcome.failure });
      break;
    case 'pending':
    case 'unknown':
      outcomes.unresolved.push(id);
  }
};
