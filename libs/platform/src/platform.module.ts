import { Module, type DynamicModule } from '@nestjs/common';
import { AuditModule } from '@financeops/audit';
import { ConfigModule, type Config } from '@financeops/core/config';
import { HttpModule } from '@financeops/core/http';
import { MongoModule } from '@financeops/core/mongo';
import { ObservabilityModule } from '@financeops/core/observability';
import { RedisModule } from '@financeops/core/redis';
import { IsolationModule } from '@financeops/data-access/isolation';
import { TenantContextModule } from '@financeops/tenancy/context';
import { DirectoryModule } from '@financeops/tenancy/directory';
import { UsageModule } from '@financeops/usage';
import { MongoCommandMetrics } from './mongo-command-metrics';
import { StoragePort } from './storage.port';

/**
 * What every process of the platform needs, whether it is the API, a worker or a command: settings, logs, MongoDB, Redis,
 * tenants, isolation, the audit log and usage. It brings no routes.
 */
@Module({})
export class PlatformModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: PlatformModule,
      imports: [
        ConfigModule.forRoot(config),
        ObservabilityModule,
        MongoModule.forRoot({ uri: config.MONGODB_URI }),
        RedisModule.forRoot({
          url: config.REDIS_URL,
          clusterNodes: config.REDIS_CLUSTER_NODES,
          timeoutMs: config.REDIS_TIMEOUT_MS,
        }),
        HttpModule,
        TenantContextModule,
        DirectoryModule,
        AuditModule,
        IsolationModule.forRoot([AuditModule, StoragePort], {
          maxResting: config.TENANT_CONNECTIONS_KEPT,
          idleMs: config.TENANT_CONNECTIONS_IDLE_SECONDS * 1_000,
        }),
        UsageModule,
      ],
      providers: [MongoCommandMetrics],
      exports: [AuditModule, DirectoryModule, UsageModule],
    };
  }
}
