import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AdministrationModule } from '@financeops/administration';
import { AuditHttpModule, AuditModule } from '@financeops/audit';
import { AccessGuard, AuthenticationGuard, AuthHttpModule, AuthModule } from '@financeops/auth';
import { BulkPaymentsModule } from '@financeops/bulk-payments/feature';
import type { Config } from '@financeops/core/config';
import { HealthController } from '@financeops/core/operation';
import { PaymentsModule } from '@financeops/payments/feature';
import { PlatformModule } from '@financeops/platform';
import { AnonymousRateLimitGuard, RateLimitGuard, RateLimitModule } from '@financeops/rate-limiting';
import { TenantGuard, TenantModule } from '@financeops/tenancy/resolution';
import { UsageHttpModule } from '@financeops/usage';
import { CredentialsPort, RefusalsPort, UncountedCallsPort } from './ports.module';

/** The contract's order of checks, after size and syntax and before fields and state. */
const GUARDS = [AnonymousRateLimitGuard, AuthenticationGuard, TenantGuard, RateLimitGuard, AccessGuard];

@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.forRoot(config),
        AuthModule,
        TenantModule.forRoot([AuditModule, CredentialsPort]),
        AuditHttpModule,
        UsageHttpModule,
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
