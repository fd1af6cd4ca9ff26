import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { PagePosition } from '@financeops/core/http';
import { duplicateKeyFields } from '@financeops/core/mongo';
import type { Currency, Minor } from '@financeops/core/money';
import {
  TenantAwareRepository,
  TenantIsolation,
  type NewDocument,
  type TenantPage,
  type TenantUpdate,
} from '@financeops/data-access/isolation';
import {
  canMove,
  INTERVAL_FORMAT,
  intervalStart,
  type Interval,
  type PaymentStatus,
} from '@financeops/payments/domain';
import { ReferenceTakenError } from './payment.errors';
import { Payment } from './payment.schema';
import { createdIn, exactSum, toMinorSum, type DecimalSum, type Period } from './payment-sums';

export interface PaymentFilter {
  reference?: string | undefined;
  status?: PaymentStatus | undefined;
  created: Period;
}

/** A move of the state table, with what changes beside it. */
export interface PaymentMove {
  id: Types.ObjectId;
  from: PaymentStatus;
  to: PaymentStatus;
  change: NonNullable<TenantUpdate<Payment>['$set']>;
}

/** Payments of one status and currency: how many, and their amounts' sum. */
export interface PaymentStat {
  status: PaymentStatus;
  currency: Currency;
  count: number;
  amount: Minor;
}

/** The same, of the payments created in the interval that begins at `start`. */
export interface PaymentFigure extends PaymentStat {
  start: Date;
}

@Injectable()
export class PaymentRepository extends TenantAwareRepository<Payment> {
  constructor(@InjectModel(Payment.name) model: Model<Payment>, isolation: TenantIsolation) {
    super(model, isolation);
  }

  /** @throws ReferenceTakenError */
  async insert(payment: NewDocument<Payment>): Promise<Payment> {
    try {
      return await this.create(payment);
    } catch (error) {
      throw duplicateKeyFields(error) === null ? error : new ReferenceTakenError();
    }
  }

  findByReference(reference: string): Promise<Payment | null> {
    return this.findOne({ filter: { reference } });
  }

  list(filter: PaymentFilter, limit: number, after: PagePosition | null): Promise<TenantPage<Payment>> {
    return this.paginate({
      filter: {
        ...(filter.reference === undefined ? {} : { reference: filter.reference }),
        ...(filter.status === undefined ? {} : { status: filter.status }),
        ...createdIn(filter.created),
      },
      limit,
      after,
    });
  }

  /**
   * Writes a move of the state table, with what changes beside it. The state it comes from is part of the update's
   * condition: `null` when the payment is no longer in it. `payment`: as it was last read.
   */
  move(
    payment: Payment,
    from: PaymentStatus,
    to: PaymentStatus,
    change: NonNullable<TenantUpdate<Payment>['$set']> = {},
  ): Promise<Payment | null> {
    if (!canMove(from, to)) throw new Error(`No payment goes from ${from} to ${to}.`);
    return this.updateOne(
      { _id: payment._id, status: from },
      { $set: { ...change, status: to } },
      { before: payment },
    );
  }

  /**
   * Many moves at once. A payment that is no longer in the state it should come from is left as it is; returns how many
   * were moved.
   */
  async moveMany(moves: readonly PaymentMove[]): Promise<number> {
    const wrong = moves.find(({ from, to }) => !canMove(from, to));
    if (wrong !== undefined) throw new Error(`No payment goes from ${wrong.from} to ${wrong.to}.`);
    if (moves.length === 0) return 0;
    const { modified } = await this.bulkWrite(
      moves.map(({ id, from, to, change }) => ({
        updateOne: { filter: { _id: id, status: from }, update: { $set: { ...change, status: to } } },
      })),
    );
    return modified;
  }

  /** `null` when the payment is no longer in that state. */
  remove({ _id, status }: Pick<Payment, '_id' | 'status'>, by: string): Promise<Payment | null> {
    return this.delete({ _id, status }, by);
  }

  /** Payments made in a period, soft-deleted ones included: each has taken its place in the quota. */
  countCreated(period: Period): Promise<number> {
    return this.count({ filter: createdIn(period), includeDeleted: true });
  }

  /** Of those, the ones that surely were there at `before`: not written since, whatever date they bear. */
  countSettled(period: Period, before: Date): Promise<number> {
    return this.count({ filter: { ...createdIn(period), updatedAt: { $lt: before } }, includeDeleted: true });
  }

  async getStats(period: Period): Promise<PaymentStat[]> {
    const rows = await this.aggregate<
      DecimalSum & { _id: { status: PaymentStatus; currency: Currency }; count: number }
    >([
      { $match: createdIn(period) },
      {
        $group: {
          _id: { status: '$status', currency: '$currency' },
          count: { $sum: 1 },
          amount: exactSum,
        },
      },
      { $sort: { '_id.status': 1, '_id.currency': 1 } },
    ]);
    return rows.map((row) => ({
      status: row._id.status,
      currency: row._id.currency,
      count: row.count,
      amount: toMinorSum(row),
    }));
  }

  /** By interval, status and currency, oldest first; at most `limit` rows. */
  async getAnalytics(interval: Interval, period: Period, limit: number): Promise<PaymentFigure[]> {
    const rows = await this.aggregate<
      DecimalSum & { _id: { start: string; status: PaymentStatus; currency: Currency }; count: number }
    >([
      { $match: createdIn(period) },
      {
        $group: {
          _id: {
            start: { $dateToString: { date: '$createdAt', format: INTERVAL_FORMAT[interval] } },
            status: '$status',
            currency: '$currency',
          },
          count: { $sum: 1 },
          amount: exactSum,
        },
      },
      { $sort: { '_id.start': 1, '_id.status': 1, '_id.currency': 1 } },
      { $limit: limit },
    ]);
    return rows.map((row) => ({
      start: intervalStart(interval, row._id.start),
      status: row._id.status,
      currency: row._id.currency,
      count: row.count,
      amount: toMinorSum(row),
    }));
  }
}
