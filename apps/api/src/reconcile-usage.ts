import 'reflect-metadata';
import { inspect } from 'node:util';
import { NestFactory } from '@nestjs/core';
import { ConfigError, loadConfig } from '@financeops/core/config';
import { isMongoUnreachable } from '@financeops/core/mongo';
import { createLogger, NestLogger } from '@financeops/core/observability';
import { OwnerlessPaymentsJob, UsageReconciliation } from '@financeops/payments/feature';
import { PERIOD } from '@financeops/usage';
import { ReconcileUsageModule } from './reconcile-usage.module';

class InputError extends Error {}

/** Puts usage counters right: of the months given (YYYY-MM), or of those that may still change. One line a difference. */
const main = async (): Promise<void> => {
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
  } finally {
    await app.close();
  }
};

const explain = (error: unknown): string => {
  if (error instanceof InputError || error instanceof ConfigError) return error.message;
  return isMongoUnreachable(error) ? 'MongoDB, as MONGODB_URI names it, is not reachable.' : inspect(error);
};

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  },
);
