import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { TenantContextModule } from '@financeops/tenancy/context';
import { FailureLimiter } from './failure-limiter.service';
import { RateLimiterService } from './rate-limiter.service';

/** Rate limits, everywhere. The app hands in the module that binds UncountedCalls and RefusalReport. */
@Module({})
export class RateLimitModule {
  static forRoot(ports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: RateLimitModule,
      global: true,
      imports: [TenantContextModule, ...ports],
      providers: [RateLimiterService, FailureLimiter],
      exports: [RateLimiterService, FailureLimiter, ...(ports as DynamicModule[])],
    };
  }
}
