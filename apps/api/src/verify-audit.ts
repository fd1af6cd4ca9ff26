import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AuditVerifier } from '@financeops/audit';
import { loadConfig } from '@financeops/core/config';
import { createLogger, NestLogger } from '@financeops/core/observability';
import { InputError, runCommand } from './command';
import { VerifyAuditModule } from './verify-audit.module';

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
      const verdict = restored ? await verifier.acceptRestored(owner) : await verifier.verify(owner);
      const { valid, checked, firstBroken } = verdict;
      if (!valid) broken++;
      const where =
        firstBroken === null
          ? ''
          : `: ${firstBroken.reason} at ${firstBroken.seq} (${firstBroken.id ?? 'no event'})`;
      const known = 'known' in verdict && typeof verdict.known === 'number' ? verdict.known : 0;
      const lost = valid && known > checked ? `; ${known} were known, and are forgotten` : '';
      process.stdout.write(`${owner} ${valid ? 'whole' : 'BROKEN'}, ${checked} events${where}${lost}\n`);
    }
    process.stdout.write(`${owners.length} logs, ${broken} broken\n`);
    return broken === 0 ? 0 : 1;
  } finally {
    await app.close();
  }
};

runCommand(main, 2);
