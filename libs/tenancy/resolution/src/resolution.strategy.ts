import type { Principal, ResolvedTenant, ResolvedVia } from '@financeops/tenancy/context';
import type { RequestNames } from './request-names';

export interface ResolutionInput extends RequestNames {
  principal: Principal | null;
}

/** What one source says: nothing at all, a tenant, or a name that is nobody's. */
export type Claim =
  { kind: 'absent' } | { kind: 'tenant'; tenant: ResolvedTenant } | { kind: 'unknown'; name: string };

export const ABSENT: Claim = { kind: 'absent' };

export const claimOf = (tenant: ResolvedTenant | null, name: string): Claim =>
  tenant === null ? { kind: 'unknown', name } : { kind: 'tenant', tenant };

/** One source of a tenant's name. */
export interface ResolutionStrategy {
  readonly via: ResolvedVia;
  claim(input: ResolutionInput): Promise<Claim>;
}
