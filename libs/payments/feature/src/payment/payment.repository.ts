import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, PipelineStage, Types } from 'mongoose';
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
  type TenantFigure,
} from '@financeops/payments/domain';
import type { ResolvedTenant } from '@financeops/tenancy/context';
import { ReferenceTakenError } from './payment.errors';
import { Payment } from './payment.schema';

/** `from` inclusive, `to` exclusive; an open end is left out. */
export interface Period {
  from?: Date | undefined;
  to?: Date | undefined;
}

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

/** A sum as MongoDB's decimals give it: 34 digits, where its 64-bit integers would turn into doubles beyond 9.2e18. */
interface DecimalSum {
  amount: { toString(): string };
}

const createdIn = ({ from, to }: Period): { createdAt?: { $gte?: Date; $lt?: Date } } =>
  from === undefined && to === undefined
    ? {}
    : {
        createdAt: {
          ...(from === undefined ? {} : { $gte: from }),
          ...(to === undefined ? {} : { $lt: to }),
        },
      };

type PaidSum = DecimalSum & { _id: { tenant: Types.ObjectId; currency: Currency }; payments: number };

const exactSum = { $sum: { $toDecimal: '$amount' } };
const toMinorSum = ({ amount }: DecimalSum): Minor => BigInt(amount.toString());

const paidByTenant = (period: Period): PipelineStage[] => [
  { $match: createdIn(period) },
  {
    $group: {
      _id: { tenant: '$tenantId', currency: '$currency' },
      payments: { $sum: 1 },
      amount: exactSum,
    },
  },
];

const toFigure = (sum: PaidSum, tier: string): TenantFigure => ({
  tenantId: sum._id.tenant.toHexString(),
  tier,
  currency: sum._id.currency,
  payments: sum.payments,
  amount: toMinorSum(sum),
});

/** Of a tenant that isn't in the list of tenants. */
export interface OwnerlessPayments {
  /** As it stands in the payments; `null` as text where there is none. */
  tenantId: string;
  payments: number;
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

  /**
   * How many payments there are in the shared database of tenants that the list of tenants doesn't name.
   * @throws CrossTenantAccessError outside of a declared bypass.
   */
  async ofUnlistedTenants(): Promise<OwnerlessPayments[]> {
    const rows = await this.crossTenantAggregate<{ _id: unknown; payments: number }>(
      [
        { $group: { _id: '$tenantId', payments: { $sum: 1 } } },
        { $lookup: { from: 'tenants', localField: '_id', foreignField: '_id', as: 'listed' } },
        { $match: { listed: { $size: 0 } } },
        { $project: { payments: 1 } },
        { $sort: { _id: 1 } },
      ],
      { includeDeleted: true },
    );
    return rows.map(({ _id, payments }) => ({ tenantId: String(_id), payments }));
  }

  /**
   * What each tenant paid in each currency, with its tier: the operator's analytics. Reads across tenants; `dedicated`:
   * all those that have a database of their own, which are asked one after the other.
   * @throws CrossTenantAccessError outside of a declared bypass.
   */
  async figuresOfAllTenants(period: Period, dedicated: readonly ResolvedTenant[]): Promise<TenantFigure[]> {
    const figures = (
      await this.crossTenantAggregate<PaidSum & { tier: string }>([
        ...paidByTenant(period),
        { $lookup: { from: 'tenants', localField: '_id.tenant', foreignField: '_id', as: 'tenant' } },
        { $unwind: '$tenant' },
        // What somebody has left here is in the tenant's own database too.
        { $match: { 'tenant.placement': { $ne: 'dedicated' } } },
        { $project: { payments: 1, amount: 1, tier: '$tenant.tier' } },
      ])
    ).map((sum) => toFigure(sum, sum.tier));
    for (const tenant of dedicated) {
      const sums = await this.dedicatedAggregate<PaidSum>(tenant, paidByTenant(period));
      figures.push(...sums.map((sum) => toFigure(sum, tenant.tier)));
    }
    return figures;
  }
}
