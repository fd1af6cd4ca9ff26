import type { TenantSnapshot } from '@financeops/tenancy/context';
import type { Tenant } from './tenant.schema';

/** A tenant as caches hold it: plain JSON and the revision it was read at. */
export interface TenantRecord {
  revision: number;
  snapshot: TenantSnapshot;
}

export const toRecord = (tenant: Tenant): TenantRecord => ({
  revision: tenant.revision,
  snapshot: {
    id: tenant._id.toString(),
    slug: tenant.slug,
    name: tenant.name,
    tier: tenant.tier,
    isActive: tenant.isActive,
    branding: tenant.branding,
    domains: tenant.domains.filter((domain) => domain.verifiedAt !== null).map((domain) => domain.domain),
    overrides: tenant.overrides,
    placement: tenant.placement ?? 'shared',
    createdAt: tenant.createdAt.toISOString(),
    updatedAt: tenant.updatedAt.toISOString(),
  },
});

/** What a lookup asks for. Only a verified domain names a tenant. */
export type LookupKey = { by: 'id' | 'slug' | 'domain'; value: string };

/** Whether the record still bears the name it was looked up by: a pointer to it may be older than a rename. */
export const bearsName = ({ snapshot }: TenantRecord, { by, value }: LookupKey): boolean =>
  by === 'id'
    ? snapshot.id === value
    : by === 'slug'
      ? snapshot.slug === value
      : snapshot.domains.includes(value);
