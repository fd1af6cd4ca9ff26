import 'reflect-metadata';
import { inspect, parseArgs } from 'node:util';
import { NestFactory } from '@nestjs/core';
import { AuditVerifier } from '@financeops/audit';
import { ConfigError, loadConfig } from '@financeops/core/config';
import { isMongoUnreachable } from '@financeops/core/mongo';
import { createLogger, NestLogger } from '@financeops/core/observability';
import { VerifyAuditModule } from './verify-audit.module';

/**
 * Checks the audit logs: of the tenants whose ids are given (or `platform`), or of everybody. `--restored`: the database was
 * put back to an earlier state on purpose, so logs that are whole may be shorter than they have been.
 */
const main = async (): Promise<number> => {
  const app = await NestFactory.createApplicationContext(VerifyAuditModule.forRoot(loadConfig()), {
    logger: new NestLogger(createLogger('fatal')),
    abortOnError: false,
  });
  try {
    const verifier = app.get(AuditVerifier);
    const { values, positionals: named } = parseArgs({
      allowPositionals: true,
      options: { restored: { type: 'boolean', default: false } },
    });
    const owners = named.length > 0 ? named : await verifier.owners();
    let broken = 0;
    for (const owner of owners) {
      const { valid, checked, firstBroken } = values.restored
        ? await verifier.acceptRestored(owner)
        : await verifier.verify(owner);
      if (!valid) broken++;
      const where =
        firstBroken === null
          ? ''
          : `: ${firstBroken.reason} at ${firstBroken.seq} (${firstBroken.id ?? 'no event'})`;
      process.stdout.write(`${owner} ${valid ? 'whole' : 'BROKEN'}, ${checked} events${where}\n`);
    }
    process.stdout.write(`${owners.length} logs, ${broken} broken\n`);
    return broken === 0 ? 0 : 1;
  } finally {
    await app.close();
  }
};

const explain = (error: unknown): string => {
  if (error instanceof ConfigError) return error.message;
  return isMongoUnreachable(error) ? 'MongoDB, as MONGODB_URI names it, is not reachable.' : inspect(error);
};

main().then(
  (status) => process.exit(status),
  (error: unknown) => {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(2);
  },
);
