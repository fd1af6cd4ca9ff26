import { Module, type DynamicModule } from '@nestjs/common';
import { AuditModule } from '@financeops/audit';
import { ConfigModule, type Config } from '@financeops/core/config';
import { HttpModule } from '@financeops/core/http';
import { MongoModule } from '@financeops/core/mongo';
import { ObservabilityModule } from '@financeops/core/observability';
import { RedisModule } from '@financeops/core/redis';
import { IsolationModule } from '@financeops/data-access/isolation';
import { TenantContextModule } from '@financeops/tenancy/context';

/** As much of the platform as checking the audit logs takes. */
@Module({})
export class VerifyAuditModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: VerifyAuditModule,
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
      ],
    };
  }
}
