import { DomainError, UnauthenticatedError } from '@financeops/core/errors';
import type { Principal, ResolvedTenant, ResolvedVia } from '@financeops/tenancy/context';
import type { Claim } from './resolution.strategy';

export type ClaimFrom = { via: ResolvedVia; claim: Exclude<Claim, { kind: 'absent' }> };

const names = (from: ClaimFrom, tenantId: string | undefined): boolean =>
  from.claim.kind === 'tenant' && from.claim.tenant.id === tenantId;

const mismatch = (): DomainError =>
  new DomainError(
    'tenant-mismatch',
    'The credential, the X-Tenant-ID header and the host of a request must all name the same tenant.',
  );

/**
 * Everything present must agree with `decided`, the first claim of the chain. Returns why not, or `null`.
 *
 * A key with a header of another tenant is refused as a bad credential (401); every other contradiction is a 403, also
 * a super-admin's token beside any tenant's name, since it names none.
 */
export const disagreement = (
  principal: Principal | null,
  claims: readonly ClaimFrom[],
  decided: ResolvedTenant | undefined,
): DomainError | null => {
  if (principal?.type === 'super-admin') return claims.length > 0 ? mismatch() : null;
  const credential = principal?.tenantId ?? decided?.id;
  const odd = claims.find((from) => !names(from, credential));
  if (odd === undefined) return null;
  if (principal?.type === 'api-key' && odd.via === 'header') {
    return new UnauthenticatedError('The API key is not one of the tenant that X-Tenant-ID names.');
  }
  // Without a credential the first name decides, and it is nobody's: never the next one's instead.
  if (principal === null && claims[0]?.claim.kind === 'unknown') {
    return new DomainError(
      'tenant-not-found',
      'The host or X-Tenant-ID header names no tenant of this platform.',
    );
  }
  return mismatch();
};
