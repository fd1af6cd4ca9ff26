import { Module, type DynamicModule } from '@nestjs/common';
import { AuditModule } from '@financeops/audit';
import { AuthModule } from '@financeops/auth';
import { ConfigModule, type Config } from '@financeops/core/config';
import { HttpModule } from '@financeops/core/http';
import { MongoModule } from '@financeops/core/mongo';
import { ObservabilityModule } from '@financeops/core/observability';
import { RedisModule } from '@financeops/core/redis';
import { IsolationModule } from '@financeops/data-access/isolation';
import { TenantContextModule } from '@financeops/tenancy/context';
import { DirectoryModule } from '@financeops/tenancy/directory';

/** As much of the platform as making a super-admin takes: nothing that works in the background. */
@Module({})
export class SuperAdminModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: SuperAdminModule,
      imports: [
        ConfigModule.forRoot(config),
        ObservabilityModule,
        MongoModule.forRoot({ uri: config.MONGODB_URI }),
        RedisModule.forRoot({ url: config.REDIS_URL, clusterNodes: config.REDIS_CLUSTER_NODES }),
        HttpModule,
        TenantContextModule,
        DirectoryModule,
        AuditModule,
        IsolationModule.forRoot([AuditModule]),
        AuthModule,
      ],
    };
  }
}
