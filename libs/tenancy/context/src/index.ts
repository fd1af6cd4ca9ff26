export { TIERS, TIER_TABLE, type Limit, type Tier, type TierDefinition, type TierLimits } from './tiers';
export {
  WEEKDAYS,
  type RateLimitOverrides,
  type RateLimitSchedule,
  type Weekday,
} from './rate-limit-schedule';
export { isTimeZone, parseTimeOfDay } from './rate-limit-schedule.rules';
export {
  PLACEMENTS,
  ResolvedTenant,
  type Branding,
  type EffectiveLimits,
  type Placement,
  type TenantOverrides,
  type TenantSnapshot,
} from './resolved-tenant';
export {
  FEATURES,
  SCOPES,
  type Feature,
  type Role,
  type Scope,
  type TenantRole,
} from '@financeops/core/http';
export type { Principal } from './principal';
export {
  NoTenantContextError,
  TenantContextService,
  type ResolvedVia,
  type TenantContext,
} from './tenant-context.service';
export { Caller } from './caller.decorator';
export { requestState, setRequestState, type RequestState } from './request-state';
export { TenantConnections } from './tenant-connections';
export { databaseOf, dedicatedDatabase, isDedicatedDatabase } from './tenant-database.rules';
export { TenantContextModule } from './tenant-context.module';
