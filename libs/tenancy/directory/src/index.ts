export { DirectoryModule } from './directory.module';
export { TenantDirectory } from './tenant-directory';
export { TenantRegistry } from './tenant-registry';
export { type NewTenant, type TenantChange } from './tenant.store';
export { isUsableSlug, parseTenantName, RESERVED_LABELS, type TenantName } from './slug.rules';
export { type CustomDomain } from './tenant.schema';
