import type { TenantDirectory } from '@financeops/tenancy/directory';
import { parseTenantName } from '@financeops/tenancy/directory';
import { ABSENT, claimOf, type ResolutionInput, type ResolutionStrategy } from './resolution.strategy';

/** The `tenantId` claim of a verified access token. */
export const jwtClaim = (directory: TenantDirectory): ResolutionStrategy => ({
  via: 'jwt',
  claim: async ({ principal }) =>
    principal?.type === 'user'
      ? claimOf(await directory.findById(principal.tenantId), principal.tenantId)
      : ABSENT,
});

/** `X-Tenant-ID`: an id or a slug. */
export const tenantHeader = (directory: TenantDirectory): ResolutionStrategy => ({
  via: 'header',
  claim: async ({ header }) => {
    if (header === null) return ABSENT;
    const { kind, value } = header;
    return claimOf(await (kind === 'id' ? directory.findById(value) : directory.findBySlug(value)), value);
  },
});

/** The tenant of a verified API key. */
export const apiKey = (directory: TenantDirectory): ResolutionStrategy => ({
  via: 'api-key',
  claim: async ({ principal }) =>
    principal?.type === 'api-key'
      ? claimOf(await directory.findById(principal.tenantId), principal.tenantId)
      : ABSENT,
});

/** The label next to the base domain. A label that can't be a slug is nobody's name. */
export const subdomain = (directory: TenantDirectory): ResolutionStrategy => ({
  via: 'subdomain',
  claim: async ({ host }: ResolutionInput) => {
    if (host.kind !== 'subdomain') return ABSENT;
    const name = parseTenantName(host.label);
    return claimOf(name?.kind === 'slug' ? await directory.findBySlug(name.value) : null, host.label);
  },
});

/** A custom domain that its owner has proved. */
export const customDomain = (directory: TenantDirectory): ResolutionStrategy => ({
  via: 'domain',
  claim: async ({ host }: ResolutionInput) =>
    host.kind === 'domain' ? claimOf(await directory.findByDomain(host.domain), host.domain) : ABSENT,
});
