import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { loadConfig } from '@financeops/core/config';
import { createLogger, NestLogger } from '@financeops/core/observability';
import { OwnerlessPaymentsJob, UsageReconciliation } from '@financeops/payments/feature';
import { PERIOD } from '@financeops/usage';
import { InputError, runCommand } from './command';
import { ReconcileUsageModule } from './reconcile-usage.module';

/** Puts usage counters right: of the months given (YYYY-MM), or of those that may still change. One line a difference. */
const main = async (): Promise<number> => {
  const periods = process.argv.slice(2);
  const strange = periods.find((period) => !PERIOD.test(period));
  if (strange !== undefined) throw new InputError(`${strange} is no month: YYYY-MM`);
  const app = await NestFactory.createApplicationContext(ReconcileUsageModule.forRoot(loadConfig()), {
    logger: new NestLogger(createLogger('fatal')),
    abortOnError: false,
  });
  try {
    const { checked, differences } = await app
      .get(UsageReconciliation)
      .all(periods.length > 0 ? periods : undefined);
    for (const { tenantId, period, metric, counted, actual } of differences) {
      process.stdout.write(
        `${tenantId} ${period} ${metric}: ${counted} counted, ${actual} put in its place\n`,
      );
    }
    for (const { tenantId, payments } of await app.get(OwnerlessPaymentsJob).look()) {
      process.stdout.write(
        `${tenantId} is not in the list of tenants: ${payments} payments are in no count\n`,
      );
    }
    process.stdout.write(`${checked} counters checked, ${differences.length} differences\n`);
    return 0;
  } finally {
    await app.close();
  }
};

runCommand(main);
