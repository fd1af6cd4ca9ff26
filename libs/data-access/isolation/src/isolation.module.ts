import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TenantConnections, TenantContextModule } from '@financeops/tenancy/context';
import { BypassRecord } from './bypass-record';
import { BypassRoutes } from './bypass-routes';
import { IsolationAlarm } from './isolation-alarm';
import { IsolationBootService } from './isolation-boot.service';
import {
  CONNECTION_LIMITS,
  TenantConnectionManager,
  type ConnectionLimits,
} from './placement/tenant-connection-manager';
import { JobBypass } from './job-bypass';
import { ModelHolders } from './model-holders';
import { TenantIsolation } from './tenant-isolation';
import { WireProbe } from './wire-probe';

/**
 * Everything that repositories and bypasses need, the nets behind them, and the checks at boot. The app hands in the
 * modules that export an `IsolationAudit` and, where usage is kept, a `StorageMeter`; MongoModule and ObservabilityModule must be there.
 */
@Module({})
export class IsolationModule {
  static forRoot(
    ports: NonNullable<ModuleMetadata['imports']>,
    connections: ConnectionLimits = {},
  ): DynamicModule {
    return {
      module: IsolationModule,
      global: true,
      imports: [TenantContextModule, DiscoveryModule, ...ports],
      providers: [
        { provide: CONNECTION_LIMITS, useValue: connections },
        TenantConnectionManager,
        { provide: TenantConnections, useExisting: TenantConnectionManager },
        TenantIsolation,
        IsolationAlarm,
        WireProbe,
        BypassRecord,
        JobBypass,
        BypassRoutes,
        ModelHolders,
        IsolationBootService,
      ],
      exports: [
        ...[TenantIsolation, TenantConnectionManager, TenantConnections, BypassRecord, JobBypass],
        ...(ports as DynamicModule[]),
      ],
    };
  }
}
