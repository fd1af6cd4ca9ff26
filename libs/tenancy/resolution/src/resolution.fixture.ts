import { Metrics } from '@financeops/core/observability';
import { ResolvedTenant, type Principal } from '@financeops/tenancy/context';
import type { TenantDirectory } from '@financeops/tenancy/directory';
import { ResolutionAudit, type ResolutionEvent } from './resolution-audit';
import { TenantResolverService } from './tenant-resolver.service';

const tenant = (slug: string, digit: string, isActive = true) =>
  new ResolvedTenant({
    id: digit.repeat(24),
    slug,
    name: slug,
    tier: 'STARTER',
    isActive,
    branding: { displayName: null, primaryColor: null, logoUrl: null },
    domains: [`pay.${slug}.example`],
    overrides: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
  });

export const bankA = tenant('bank-a', 'a');
export const bankB = tenant('bank-b', 'b');
export const closed = tenant('closed', 'c', false);

const all = [bankA, bankB, closed];
const find = (match: (t: ResolvedTenant) => boolean) => Promise.resolve(all.find(match) ?? null);

/** A resolver that knows these three; `known`: those that are at hand without a look. */
export const aResolver = (known: readonly ResolvedTenant[] = all) => {
  const directory = {
    getCached: (id: string) => known.find((t) => t.id === id),
    findById: (id: string) => find((t) => t.id === id),
    findBySlug: (slug: string) => find((t) => t.slug === slug),
    findByDomain: (domain: string) => find((t) => t.snapshot.domains.includes(domain)),
    invalidate: jest.fn(() => Promise.resolve()),
  };
  const metrics = new Metrics();
  const resolver = new TenantResolverService(directory as unknown as TenantDirectory, metrics);
  return { resolver, directory, metrics };
};

export const userOf = (of: ResolvedTenant): Principal => ({
  type: 'user',
  id: '1'.repeat(24),
  tenantId: of.id,
  role: 'ADMIN',
});
export const keyOf = (of: ResolvedTenant): Principal => ({
  type: 'api-key',
  id: '2'.repeat(24),
  tenantId: of.id,
  scopes: [],
});
export const superAdmin: Principal = { type: 'super-admin', id: '3'.repeat(24), role: 'SUPER_ADMIN' };

/** Remembers what it was told. */
export class RecordingResolutionAudit extends ResolutionAudit {
  readonly events: ResolutionEvent[] = [];

  record(event: ResolutionEvent): Promise<void> {
    this.events.push(event);
    return Promise.resolve();
  }
}
