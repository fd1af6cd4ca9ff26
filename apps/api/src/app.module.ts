import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AdministrationModule } from '@financeops/administration';
import { AuditModule } from '@financeops/audit';
import { AccessGuard, AuthenticationGuard, AuthHttpModule, AuthModule } from '@financeops/auth';
import { BulkPaymentsModule } from '@financeops/bulk-payments/feature';
import { ConfigModule, type Config } from '@financeops/core/config';
import { HttpModule } from '@financeops/core/http';
import { MongoModule } from '@financeops/core/mongo';
import { ObservabilityModule } from '@financeops/core/observability';
import { HealthController } from '@financeops/core/operation';
import { RedisModule } from '@financeops/core/redis';
import { IsolationModule } from '@financeops/data-access/isolation';
import { PaymentsModule } from '@financeops/payments/feature';
import { AnonymousRateLimitGuard, RateLimitGuard, RateLimitModule } from '@financeops/rate-limiting';
import { TenantGuard, TenantModule } from '@financeops/tenancy/resolution';
import { UsageModule } from '@financeops/usage';
import { CredentialsPort, RefusalsPort, StoragePort, UncountedCallsPort } from './ports.module';

/** The contract's order of checks, after size and syntax and before fields and state. */
const GUARDS = [AnonymousRateLimitGuard, AuthenticationGuard, TenantGuard, RateLimitGuard, AccessGuard];

@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
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
        AuditModule,
        IsolationModule.forRoot([AuditModule, StoragePort], {
          maxResting: config.TENANT_CONNECTIONS_KEPT,
          idleMs: config.TENANT_CONNECTIONS_IDLE_SECONDS * 1_000,
        }),
        AuthModule,
        TenantModule.forRoot([AuditModule, CredentialsPort]),
        UsageModule,
        RateLimitModule.forRoot([UncountedCallsPort, RefusalsPort]),
        AuthHttpModule,
        AdministrationModule,
        PaymentsModule,
        BulkPaymentsModule,
      ],
      controllers: [HealthController],
      providers: GUARDS.map((guard) => ({ provide: APP_GUARD, useClass: guard })),
    };
  }
}
