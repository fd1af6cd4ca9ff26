import { Injectable } from '@nestjs/common';
import { Types } from 'mongoose';
import { CursorCodec, type Page, type PageQuery } from '@financeops/core/http';
import { NotFoundError } from '@financeops/core/errors';
import { TransactionRunner, KeyedQueue } from '@financeops/core/mongo';
import { toMinor } from '@financeops/core/money';
import type { NewDocument } from '@financeops/data-access/isolation';
import { GatewayClient } from '@financeops/gateways';
import {
  IdempotencyRepository,
  IdempotencyService,
  type Answer,
  type Claim,
  type KeyedRequest,
  type Reply,
} from '@financeops/idempotency';
import { canCancel, canDelete, type Metadata, type PaymentMethod } from '@financeops/payments/domain';
import { TenantContextService, type Principal } from '@financeops/tenancy/context';
import { UsageTrackerService } from '@financeops/usage';
import { QuotaService, type TakeQuota } from '../quota/quota.service';
import { PendingChargeStore } from '../recovery/pending-charge.store';
import { UnresolvedPayments } from '../unresolved/unresolved-payments';
import { createdReply } from './created-reply';
import { InvalidStateError } from './payment.errors';
import { PaymentAudit } from './payment-audit';
import type { Period } from './payment-sums';
import { PaymentRepository, type PaymentFilter, type PaymentStat } from './payment.repository';
import type { Payment } from './payment.schema';
import { paymentView, type PaymentView } from './payment.view';
import { chargeOf, SettlementService } from './settlement.service';

/** What a client asks for, checked. */
export interface PaymentOrder {
  reference: string;
  /** Minor units, an exact integer. */
  amount: number;
  currency: string;
  method: PaymentMethod;
  description?: string | undefined;
  metadata?: Metadata | undefined;
}

interface Cancellation {
  payment: Payment;
  reply: Reply<PaymentView>;
  /** Whether the gateway is to be told by the one who cancelled. */
  undoing: boolean;
}

@Injectable()
export class PaymentsService {
  /** Parallel requests with one reference: the first commits, then the others find it taken. */
  private readonly sameReference = new KeyedQueue();

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly payments: PaymentRepository,
    private readonly claims: IdempotencyRepository,
    private readonly idempotency: IdempotencyService,
    private readonly quota: QuotaService,
    private readonly work: PendingChargeStore,
    private readonly unresolved: UnresolvedPayments,
    private readonly settlement: SettlementService,
    private readonly gateway: GatewayClient,
    private readonly usage: UsageTrackerService,
    private readonly audit: PaymentAudit,
    private readonly contexts: TenantContextService,
    private readonly cursors: CursorCodec,
  ) {}

  /**
   * First transaction: the payment (PENDING), its place in the quota, its idempotency claim and a note that it is on its
   * way, all or nothing. Then the gateway, outside of any. Second transaction: see SettlementService.
   *
   * @throws DomainError `reference-taken`, `quota-exceeded`, and those of IdempotencyService.
   */
  async create(
    order: PaymentOrder,
    caller: Principal,
    request: KeyedRequest | null,
  ): Promise<Answer<PaymentView>> {
    const answer = await this.idempotency.run<{ payment: Payment; claim: Claim | null }, PaymentView>(
      request,
      {
        begin: (claim) => this.open(order, caller, claim),
        finish: async ({ payment, claim }) => {
          this.usage.increment('transactions', 1, payment.createdAt);
          const outcome = await this.gateway.charge(chargeOf(payment));
          return createdReply(await this.settlement.settle(payment, outcome, claim?.id ?? null));
        },
      },
    );
    return this.replayed(answer, caller);
  }

  /** @throws NotFoundError */
  async get(id: string, caller: Principal): Promise<PaymentView> {
    const view = paymentView(await this.find(id));
    this.audit.read(view, caller);
    return view;
  }

  /** Newest first. @throws ValidationError for a cursor of another list. */
  async list(
    filter: PaymentFilter,
    { limit, cursor }: PageQuery,
    caller: Principal,
  ): Promise<Page<PaymentView>> {
    const binding = ['payments', this.contexts.getTenantId(), filter];
    const after = cursor === undefined ? null : this.cursors.decode(cursor, binding);
    const { items, next } = await this.payments.list(filter, limit, after);
    const data = items.map(paymentView);
    this.audit.listed(data, caller);
    return {
      data,
      nextCursor: next === null ? null : this.cursors.encode(next, binding),
    };
  }

  stats(period: Period): Promise<PaymentStat[]> {
    return this.payments.getStats(period);
  }

  /**
   * One transaction; what the gateway has done or is doing is undone after it.
   * @throws DomainError `not-found`, `invalid-state`, and those of IdempotencyService.
   */
  async cancel(id: string, caller: Principal, request: KeyedRequest | null): Promise<Answer<PaymentView>> {
    const answer = await this.idempotency.run<Cancellation, PaymentView>(request, {
      begin: (claim) =>
        this.transactions.run(async () => {
          if (claim !== null) await this.claims.insert(claim);
          const found = await this.find(id);
          if (!canCancel(found)) throw InvalidStateError.of(found.status, 'cancelled');
          const payment = await this.payments.move(found, found.status, 'CANCELLED');
          if (payment === null) throw InvalidStateError.of(found.status, 'cancelled');
          await this.audit.changed('payment.updated', payment, caller, { status: payment.status });
          await this.unresolved.hasten(payment._id);
          const undoing = await this.work.cancel(payment._id, this.contexts.getTenantId());
          const reply: Reply<PaymentView> = { body: paymentView(payment), location: null };
          if (claim !== null) await this.claims.complete(claim.id, { kind: 'reply', reply });
          return { payment, reply, undoing };
        }),
      finish: async ({ payment, reply, undoing }) => {
        if (undoing) await this.settlement.undo(payment);
        return reply;
      },
    });
    return this.replayed(answer, caller);
  }

  /** Soft delete of a final payment. @throws DomainError `not-found`, `invalid-state` */
  async remove(id: string, caller: Principal): Promise<void> {
    await this.transactions.run(async () => {
      const payment = await this.find(id);
      if (!canDelete(payment.status) || (await this.payments.remove(payment, caller.id)) === null) {
        throw InvalidStateError.of(payment.status, 'deleted');
      }
      await this.audit.changed('payment.deleted', payment, caller);
    });
  }

  /** @throws DomainError `not-found`, `invalid-state` when it isn't deleted. */
  restore(id: string, caller: Principal): Promise<PaymentView> {
    return this.transactions.run(async () => {
      const restored = await this.payments.restore({ _id: id });
      if (restored !== null) {
        await this.audit.changed('payment.restored', restored, caller);
        return paymentView(restored);
      }
      if (await this.payments.exists({ filter: { _id: id } }))
        throw new InvalidStateError('The payment is not deleted.');
      throw new NotFoundError();
    });
  }

  /** Who repeats another's request reads what that one got. */
  private replayed(answer: Answer<PaymentView>, caller: Principal): Answer<PaymentView> {
    if (answer.replayed && 'reply' in answer) this.audit.read(answer.reply.body, caller);
    return answer;
  }

  private async open(
    order: PaymentOrder,
    caller: Principal,
    claim: Claim | null,
  ): Promise<{ payment: Payment; claim: Claim | null }> {
    const now = new Date();
    const document = this.toDocument(order, caller, now);
    const tenantId = this.contexts.getTenantId();
    const transaction = (take: TakeQuota) =>
      this.transactions.run(async () => {
        // The claim first: of two requests with one key and one reference, the second repeats the first.
        if (claim !== null) await this.claims.insert(claim);
        await take();
        const created = await this.payments.insert(document);
        await this.work.begin(created._id, tenantId, claim?.id ?? null);
        return created;
      });
    const payment = await this.sameReference.run(`${tenantId} ${order.reference}`, () =>
      this.quota.within(now, transaction),
    );
    return { payment, claim };
  }

  private toDocument(order: PaymentOrder, caller: Principal, createdAt: Date): NewDocument<Payment> {
    return {
      _id: new Types.ObjectId(),
      createdAt,
      reference: order.reference,
      amount: toMinor(order.amount),
      currency: order.currency,
      status: 'PENDING',
      method: order.method,
      gateway: this.gateway.name,
      description: order.description ?? null,
      metadata: Object.entries(order.metadata ?? {}).map(([k, v]) => ({ k, v })),
      amountCaptured: 0n,
      amountRefunded: 0n,
      failure: null,
      createdBy: caller.id,
    };
  }

  private async find(id: string): Promise<Payment> {
    const payment = await this.payments.findById(id);
    if (payment === null) throw new NotFoundError();
    return payment;
  }
}
