export { appendOnlyPlugin } from './append-only.plugin';
export { BaseTenantDocument } from './base-tenant.document';
export { BypassTenantIsolation } from './bypass-tenant-isolation.decorator';
export { prepareCollections } from './collection-builder';
export { createTenantSchema, type TenantSchemaOptions } from './tenant-schema';
export { IsolationAudit, type IsolationBypass, type IsolationViolation } from './isolation-audit';
export { IsolationModule } from './isolation.module';
export { JobBypass } from './job-bypass';
export { StorageMeter } from './storage-meter';
export { TenantAwareRepository, type TenantPage } from './tenant-aware.repository';
export { TenantIsolation } from './tenant-isolation';
export type {
  NewDocument,
  TenantBulkOperation,
  TenantBulkResult,
  TenantFilter,
  TenantFindOptions,
  TenantProjection,
  TenantSort,
  TenantUpdate,
} from './tenant-types';
export { onViolation, type NetViolation } from './violations';
export { IsolationViolationError, UnsupportedQueryError } from './isolation.errors';
