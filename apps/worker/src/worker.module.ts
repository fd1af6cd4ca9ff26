import { Module, type DynamicModule } from '@nestjs/common';
import { BulkWorkerModule } from '@financeops/bulk-payments/feature';
import type { Config } from '@financeops/core/config';
import { HealthController } from '@financeops/core/operation';
import { UsageReconciliationJobModule } from '@financeops/payments/feature';
import { PlatformModule } from '@financeops/platform';

/**
 * Background work in a process and connection pool of its own, so that it never takes a connection from requests. It has
 * the operator's routes only: health and metrics.
 */
@Module({})
export class WorkerModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: WorkerModule,
      imports: [PlatformModule.forRoot(config), BulkWorkerModule, UsageReconciliationJobModule],
      controllers: [HealthController],
    };
  }
}
