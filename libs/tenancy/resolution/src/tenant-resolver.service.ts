import { Injectable } from '@nestjs/common';
import { DomainError } from '@financeops/core/errors';
import { Metrics } from '@financeops/core/observability';
import type { Principal, ResolvedTenant, TenantContext } from '@financeops/tenancy/context';
import { TenantDirectory } from '@financeops/tenancy/directory';
import { disagreement, type ClaimFrom } from './agreement.policy';
import type { HostClaim } from './host.rules';
import type { ResolutionInput, ResolutionStrategy } from './resolution.strategy';
import { apiKey, customDomain, jwtClaim, subdomain, tenantHeader } from './strategies';

/** A context, or why there is none; both `null` when nothing names a tenant. */
export interface Resolution {
  context: TenantContext | null;
  error: DomainError | null;
  /** With an error: the tenant of the credential, where it has one that exists. */
  credentialTenant: ResolvedTenant | null;
  /** What each source claims, for the audit log: `{ header: 'bank-b', jwt: '66...' }`. */
  claims: Record<string, string>;
}

/**
 * Finds the tenant of a request. The chain: JWT > X-Tenant-ID > API key > subdomain > custom domain; the first that is
 * present decides, and everything else that is present must agree with it (agreement.policy.ts).
 */
@Injectable()
export class TenantResolverService {
  private readonly chain: readonly ResolutionStrategy[];
  private readonly resolutions;
  private readonly resolvedByToken;

  constructor(
    private readonly directory: TenantDirectory,
    metrics: Metrics,
  ) {
    this.chain = [jwtClaim, tenantHeader, apiKey, subdomain, customDomain].map((make) => make(directory));
    this.resolutions = metrics.counter({
      name: 'tenant_resolutions_total',
      help: 'Tenant resolutions by what decided and how they ended',
      labelNames: ['via', 'outcome'],
    });
    this.resolvedByToken = this.resolutions.labels({ via: 'jwt', outcome: 'ok' });
  }

  /** @throws UnavailableError when a tenant can't be looked up. Refusals are returned, not thrown: guards order them. */
  async resolve(input: ResolutionInput, now: number = Date.now()): Promise<Resolution> {
    const claims: ClaimFrom[] = [];
    for (const strategy of this.chain) {
      const claim = await strategy.claim(input);
      if (claim.kind !== 'absent') claims.push({ via: strategy.via, claim });
    }
    const first = claims[0];
    const tenant = first?.claim.kind === 'tenant' ? first.claim.tenant : undefined;
    const error = disagreement(input.principal, claims, tenant) ?? inactive(tenant);
    this.resolutions.inc({ via: first?.via ?? 'none', outcome: error?.code ?? 'ok' });
    const context =
      error === null && tenant !== undefined ? { tenant, resolvedVia: first!.via, resolvedAt: now } : null;
    if (error === null) return { context, error, credentialTenant: null, claims: NOTHING_SAID };
    return { context, error, credentialTenant: tenantOf(input.principal, claims), claims: saying(claims) };
  }

  /**
   * What `resolve` would come to for a user's token, if its tenant is known in this process and active, and everything
   * that stands beside the token names that tenant; `undefined` for anything else.
   */
  getCached({ principal, header, host }: ResolutionInput, now: number = Date.now()): Resolution | undefined {
    if (principal?.type !== 'user') return undefined;
    const tenant = this.directory.getCached(principal.tenantId);
    if (tenant === undefined || !tenant.isActive) return undefined;
    if (!headerNames(header, tenant) || !hostNames(host, tenant)) return undefined;
    this.resolvedByToken.inc();
    return {
      context: { tenant, resolvedVia: 'jwt', resolvedAt: now },
      error: null,
      credentialTenant: null,
      claims: NOTHING_SAID,
    };
  }

  /** The tenant that a host names by itself. */
  resolveHost(host: HostClaim): Promise<Resolution> {
    return this.resolve({ principal: null, header: null, host });
  }

  /** Makes every process forget the tenant's cached records, whatever name they were found by. */
  async invalidateTenantCache(tenantId: string, revision: number): Promise<void> {
    await this.directory.invalidate(tenantId, revision);
  }
}

const NOTHING_SAID: Record<string, string> = Object.freeze({});

const headerNames = (header: ResolutionInput['header'], { id, slug }: ResolvedTenant): boolean =>
  header === null || header.value === (header.kind === 'id' ? id : slug);

const hostNames = (host: HostClaim, { slug, snapshot }: ResolvedTenant): boolean =>
  host.kind === 'neutral' ||
  (host.kind === 'subdomain' && host.label === slug) ||
  (host.kind === 'domain' && snapshot.domains.includes(host.domain));

const tenantOf = (principal: Principal | null, claims: readonly ClaimFrom[]): ResolvedTenant | null => {
  if (principal === null || principal.type === 'super-admin') return null;
  for (const { claim } of claims) {
    if (claim.kind === 'tenant' && claim.tenant.id === principal.tenantId) return claim.tenant;
  }
  return null;
};

const inactive = (tenant: { isActive: boolean } | undefined): DomainError | null =>
  tenant?.isActive === false
    ? new DomainError(
        'tenant-inactive',
        'This tenant has been deactivated. Ask the operator of the platform.',
      )
    : null;

const saying = (claims: readonly ClaimFrom[]): Record<string, string> =>
  Object.fromEntries(
    claims.map(({ via, claim }) => [
      via,
      claim.kind === 'tenant' ? claim.tenant.id : claim.name.slice(0, 100),
    ]),
  );
