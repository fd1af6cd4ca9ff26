import type { ResolvedTenant } from '@financeops/tenancy/context';
import type mongoose from 'mongoose';
import { InvoiceRepository, type Invoice } from '../../testing/isolation.fixture';
import type { NewDocument, TenantFilter } from '../../src/repository/tenant-types';

/** A repository that makes its protected methods callable, as repositories of the platform do under better names. */
export class FuzzRepository extends InvoiceRepository {
  erase(filter: TenantFilter<Invoice>): Promise<number> {
    return this.purge(filter);
  }

  totalsOf(tenant: ResolvedTenant): Promise<{ count: number }[]> {
    return this.dedicatedAggregate(tenant, [{ $group: { _id: null, count: { $sum: 1 } } }]);
  }

  filterOf(filter: TenantFilter<Invoice>): mongoose.QueryFilter<Invoice> {
    return this.injectTenantFilter(filter);
  }

  documentOf(document: NewDocument<Invoice>): Record<string, unknown> {
    return this.injectTenantId(document);
  }
}
