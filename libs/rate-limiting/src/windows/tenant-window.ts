import type { ResolvedTenant } from '@financeops/tenancy/context';
import { MINUTE_MS, type WindowSpec } from './window';

/** The name of the window over all routes of its owner. */
export const GLOBAL_WINDOW = 'global';

/** The window over all routes of a tenant, by its tier and overrides as of now; `null`: it is unlimited. */
export const tenantWindow = (tenant: ResolvedTenant): WindowSpec | null => {
  const limit = tenant.getEffectiveLimits().requestsPerMinute;
  return limit === null ? null : { name: GLOBAL_WINDOW, limit, windowMs: MINUTE_MS };
};
