export { CredentialVerifier } from './credential-verifier';
export { logOf, ResolutionAudit, type ResolutionEvent } from './resolution-audit';
export { TenantResolverService, type Resolution } from './tenant-resolver.service';
export { TenantMiddleware } from './tenant.middleware';
export { TenantGuard } from './tenant.guard';
export { TenantModule } from './tenant.module';
export { hostName } from './host.rules';
