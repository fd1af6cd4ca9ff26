import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, PipelineStage, Types } from 'mongoose';
import type { Currency } from '@financeops/core/money';
import { TenantAwareRepository, TenantIsolation } from '@financeops/data-access/isolation';
import type { TenantFigure } from '@financeops/payments/domain';
import type { ResolvedTenant } from '@financeops/tenancy/context';
import { Payment } from './payment.schema';
import { createdIn, exactSum, toMinorSum, type DecimalSum, type Period } from './payment-sums';

type PaidSum = DecimalSum & { _id: { tenant: Types.ObjectId; currency: Currency }; payments: number };

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

/** All that reads payments across tenants. Every method throws CrossTenantAccessError outside of a declared bypass. */
@Injectable()
export class PaymentsOfAllRepository extends TenantAwareRepository<Payment> {
  constructor(@InjectModel(Payment.name) model: Model<Payment>, isolation: TenantIsolation) {
    super(model, isolation);
  }

  /**
   * How many payments there are in the shared database of tenants that the list of tenants doesn't name.
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
