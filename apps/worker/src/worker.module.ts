import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuditModule } from '@financeops/audit';
import { BulkWorkerModule } from '@financeops/bulk-payments/feature';
import { ConfigModule, type Config } from '@financeops/core/config';
import { HttpModule } from '@financeops/core/http';
import { MongoModule } from '@financeops/core/mongo';
import { ObservabilityModule } from '@financeops/core/observability';
import { HealthController } from '@financeops/core/operation';
import { RedisModule } from '@financeops/core/redis';
import { IsolationModule, StorageMeter } from '@financeops/data-access/isolation';
import { UsageReconciliationJobModule } from '@financeops/payments/feature';
import { TenantContextModule } from '@financeops/tenancy/context';
import { UsageModule, UsageTrackerService } from '@financeops/usage';
import { OperatorRoutesGuard } from './operator-routes.guard';

/** Data access tells what tenants' documents take up; usage counts it. */
@Module({
  providers: [{ provide: StorageMeter, useExisting: UsageTrackerService }],
  exports: [StorageMeter],
})
class StoragePort {}

/**
 * What works behind the requests: its own process and connection pool, so that it never takes a connection from them. The
 * only routes are the operator's.
 */
@Module({})
export class WorkerModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: WorkerModule,
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
        AuditModule,
        IsolationModule.forRoot([AuditModule, StoragePort], {
          maxResting: config.TENANT_CONNECTIONS_KEPT,
          idleMs: config.TENANT_CONNECTIONS_IDLE_SECONDS * 1_000,
        }),
        UsageModule,
        BulkWorkerModule,
        UsageReconciliationJobModule,
      ],
      controllers: [HealthController],
      providers: [{ provide: APP_GUARD, useClass: OperatorRoutesGuard }],
    };
  }
}
