import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { TenantContextModule } from '@financeops/tenancy/context';
import { DirectoryModule } from '@financeops/tenancy/directory';
import { TenantMiddleware } from './tenant.middleware';
import { TenantResolverService } from './tenant-resolver.service';

/** Everything about who is calling. The app hands in the modules that bind CredentialVerifier and ResolutionAudit. */
@Module({})
export class TenantModule {
  static forRoot(ports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: TenantModule,
      global: true,
      imports: [TenantContextModule, DirectoryModule, ...ports],
      providers: [TenantResolverService, TenantMiddleware],
      exports: [TenantResolverService, TenantMiddleware],
    };
  }
}
