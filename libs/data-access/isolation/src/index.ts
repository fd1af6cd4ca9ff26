export { appendOnlyPlugin } from './schema/append-only.plugin';
export { BaseTenantDocument } from './document/base-tenant.document';
export { BypassTenantIsolation } from './bypass/bypass-tenant-isolation.decorator';
export { prepareCollections } from './placement/collection-builder';
export { createTenantSchema, type TenantSchemaOptions } from './schema/tenant-schema';
export { IsolationAudit, type IsolationBypass, type IsolationViolation } from './audit/isolation-audit';
export { IsolationModule } from './isolation.module';
export { JobBypass } from './bypass/job-bypass';
export { StorageMeter } from './repository/storage-meter';
export { TenantAwareRepository, type TenantPage } from './repository/tenant-aware.repository';
export { TenantIsolation } from './repository/tenant-isolation';
export type {
  NewDocument,
  TenantBulkOperation,
  TenantBulkResult,
  TenantFilter,
  TenantFindOptions,
  TenantProjection,
  TenantSort,
  TenantUpdate,
} from './repository/tenant-types';
export { onViolation, type NetViolation } from './audit/violations';
export { IsolationViolationError, UnsupportedQueryError } from './audit/isolation.errors';
