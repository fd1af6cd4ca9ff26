import type { Principal, ResolvedTenant } from '@financeops/tenancy/context';
import type { PolicyName } from '../http/rate-limit-headers';
import { GLOBAL_WINDOW, tenantWindow } from '../windows/tenant-window';
import { MINUTE_MS, type RateLimitRequest, type WindowSpec } from '../windows/window';

/** Each super-admin's own requests a minute. */
const SUPER_ADMIN_LIMIT = 1_000;

/** Whose windows a request with a valid credential takes a place in: its tenant's, or a super-admin's own. */
export const limitsOf = (
  principal: Principal,
  tenant: ResolvedTenant | null,
  own: readonly WindowSpec[],
): { question: RateLimitRequest; policy: PolicyName } | null => {
  if (principal.type === 'super-admin') {
    const window = { name: GLOBAL_WINDOW, limit: SUPER_ADMIN_LIMIT, windowMs: MINUTE_MS };
    const owner = `super-admin-${principal.id}`;
    return { question: { owner, windows: [window, ...own], countsCall: false }, policy: 'super-admin' };
  }
  if (tenant === null) return null;
  const shared = tenantWindow(tenant);
  const windows = shared === null ? own : [shared, ...own];
  const dryRun = tenant.isRateLimitDryRun();
  return { question: { owner: tenant.id, windows, countsCall: true, dryRun }, policy: 'tenant' };
};
