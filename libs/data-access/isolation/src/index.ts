export { BaseTenantDocument } from './base-tenant.document';
export { createTenantSchema, type TenantSchemaOptions } from './tenant-schema';
export { IsolationAudit, type IsolationBypass, type IsolationViolation } from './isolation-audit';
export { IsolationModule } from './isolation.module';
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
