import type { Principal } from '@financeops/tenancy/context';

export interface ResolutionEvent {
  action: 'tenant.mismatch' | 'tenant.resolution-failed';
  /** The tenant in whose log it stands: the credential's; `null` is the platform's. */
  tenantId: string | null;
  actor: Principal | null;
  requestId: string;
  details: Record<string, string>;
}

/** In whose log something stands that happened to `principal`: its tenant's, or the platform's (`null`). */
export const logOf = (principal: Principal | null): string | null =>
  principal === null || principal.type === 'super-admin' ? null : principal.tenantId;

/** Port: where failed and contradictory resolutions are recorded. */
export abstract class ResolutionAudit {
  /** Awaited before the refusal is answered; never throws (a broken log must not turn a 403 into something else). */
  abstract record(event: ResolutionEvent): Promise<void>;
}
