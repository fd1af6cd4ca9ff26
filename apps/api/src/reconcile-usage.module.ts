import { Module, type DynamicModule } from '@nestjs/common';
import { AuditModule } from '@financeops/audit';
import { ConfigModule, type Config } from '@financeops/core/config';
import { HttpModule } from '@financeops/core/http';
import { MongoModule } from '@financeops/core/mongo';
import { ObservabilityModule } from '@financeops/core/observability';
import { RedisModule } from '@financeops/core/redis';
import { IsolationModule } from '@financeops/data-access/isolation';
import { UsageReconciliationModule } from '@financeops/payments/feature';
import { TenantContextModule } from '@financeops/tenancy/context';

/** As much of the platform as reconciling usage takes. Nobody waits for Redis here, so it may take its time. */
@Module({})
export class ReconcileUsageModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: ReconcileUsageModule,
      imports: [
        ConfigModule.forRoot(config),
        ObservabilityModule,
        MongoModule.forRoot({ uri: config.MONGODB_URI }),
        RedisModule.forRoot({
          url: config.REDIS_URL,
          clusterNodes: config.REDIS_CLUSTER_NODES,
          timeoutMs: 5_000,
        }),
        HttpModule,
        TenantContextModule,
        AuditModule,
        IsolationModule.forRoot([AuditModule]),
        UsageReconciliationModule,
      ],
    };
  }
}
