import { Global, Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { TenantContextModule } from '@financeops/tenancy/context';
import { TenantIsolation } from './tenant-isolation';

/** Everything that repositories need. The app hands in the module that exports an `IsolationAudit`. */
@Global()
@Module({})
export class IsolationModule {
  static forRoot(ports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: IsolationModule,
      imports: [TenantContextModule, ...ports],
      providers: [TenantIsolation],
      exports: [TenantIsolation],
    };
  }
}
