import type { DomainError } from '@financeops/core/errors';
import type { Principal } from './principal';
import type { ResolvedTenant } from './resolved-tenant';
import type { TenantContext } from './tenant-context.service';

/**
 * What the TenantMiddleware found out about a request. It never refuses: guards read this and do, in the contract's
 * order of checks (authentication, tenant, rate limit, role).
 */
export interface RequestState {
  /** The one verified credential, if any. */
  principal: Principal | null;
  /** A credential was sent and is not valid: why. */
  credentialError: DomainError | null;
  context: TenantContext | null;
  /** Why there is no tenant, or contradictory ones: thrown by TenantGuard. */
  tenantError: DomainError | null;
  /**
   * Only when the credential is valid and the names beside it contradict it: whose rate limit pays for the refusal.
   * `tenant` is `null` for a super-admin, and for a tenant that is gone.
   */
  contradicted?: { principal: Principal; tenant: ResolvedTenant | null };
  /** With an error: what each source named, for the audit log. */
  claims: Record<string, string>;
}

const STATE = Symbol('financeops.requestState');
type Carrier = { [STATE]?: RequestState };

/** Keeps the state on the request itself: nothing of it can reach another request. */
export const setRequestState = (request: object, state: RequestState): void => {
  (request as Carrier)[STATE] = state;
};

const NOTHING: RequestState = Object.freeze({
  principal: null,
  credentialError: null,
  context: null,
  tenantError: null,
  claims: {},
});

/** The state of a request; for one that the middleware doesn't see (operator routes), a state that holds nothing. */
export const requestState = (request: object): RequestState => (request as Carrier)[STATE] ?? NOTHING;
