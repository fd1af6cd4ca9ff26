import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TenantConnections, TenantContextModule } from '@financeops/tenancy/context';
import { BypassRecord } from './bypass/bypass-record';
import { BypassRoutes } from './bypass/bypass-routes';
import { IsolationAlarm } from './audit/isolation-alarm';
import { IsolationBootService } from './boot/isolation-boot.service';
import {
  CONNECTION_LIMITS,
  TenantConnectionManager,
  type ConnectionLimits,
} from './placement/tenant-connection-manager';
import { JobBypass } from './bypass/job-bypass';
import { ModelHolders } from './boot/model-holders';
import { TenantIsolation } from './repository/tenant-isolation';
import { WireProbe } from './wire-probe/wire-probe';

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
