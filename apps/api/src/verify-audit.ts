import 'reflect-metadata';
import { inspect } from 'node:util';
import { NestFactory } from '@nestjs/core';
import { AuditVerifier } from '@financeops/audit';
import { ConfigError, loadConfig } from '@financeops/core/config';
import { isMongoUnreachable } from '@financeops/core/mongo';
import { createLogger, NestLogger } from '@financeops/core/observability';
import { VerifyAuditModule } from './verify-audit.module';

class InputError extends Error {}

const input = (): { restored: boolean; named: string[] } => {
  const known = process.argv.slice(2);
  const strange = known.find(
    (arg) => arg !== '--restored' && arg !== 'platform' && !/^[0-9a-f]{24}$/.test(arg),
  );
  if (strange !== undefined) {
    throw new InputError(
      `${strange} is no log: give tenants' ids (24 hex digits), or platform; or --restored`,
    );
  }
  return { restored: known.includes('--restored'), named: known.filter((arg) => arg !== '--restored') };
};

/**
 * Checks the audit logs: of the tenants whose ids are given (or `platform`), or of everybody. `--restored`: the database was
 * put back to an earlier state on purpose, so logs that are whole may be shorter than they have been.
 */
const main = async (): Promise<number> => {
  const { restored, named } = input();
  const app = await NestFactory.createApplicationContext(VerifyAuditModule.forRoot(loadConfig()), {
    logger: new NestLogger(createLogger('fatal')),
    abortOnError: false,
  });
  try {
    const verifier = app.get(AuditVerifier);
    const owners = named.length > 0 ? named : await verifier.owners();
    let broken = 0;
    for (const owner of owners) {
      const { valid, checked, firstBroken, known } = restored
        ? await verifier.acceptRestored(owner)
        : { ...(await verifier.verify(owner)), known: 0 };
      if (!valid) broken++;
      const where =
        firstBroken === null
          ? ''
          : `: ${firstBroken.reason} at ${firstBroken.seq} (${firstBroken.id ?? 'no event'})`;
      const lost = valid && known > checked ? `; ${known} were known, and are forgotten` : '';
      process.stdout.write(`${owner} ${valid ? 'whole' : 'BROKEN'}, ${checked} events${where}${lost}\n`);
    }
    process.stdout.write(`${owners.length} logs, ${broken} broken\n`);
    return broken === 0 ? 0 : 1;
  } finally {
    await app.close();
  }
};

const explain = (error: unknown): string => {
  if (error instanceof InputError || error instanceof ConfigError) return error.message;
  return isMongoUnreachable(error) ? 'MongoDB, as MONGODB_URI names it, is not reachable.' : inspect(error);
};

main().then(
  (status) => process.exit(status),
  (error: unknown) => {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(2);
  },
);
