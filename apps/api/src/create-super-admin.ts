import 'reflect-metadata';
import { inspect } from 'node:util';
import { NestFactory } from '@nestjs/core';
import { AuditLog } from '@financeops/audit';
import { SuperAdminService } from '@financeops/auth';
import { ConfigError, loadConfig } from '@financeops/core/config';
import { DomainError } from '@financeops/core/errors';
import { isMongoUnreachable } from '@financeops/core/mongo';
import { createLogger, NestLogger } from '@financeops/core/observability';
import { readPassword } from './super-admin/password-source';
import { InputError, readArguments } from './super-admin/super-admin-input';
import { SuperAdminModule } from './super-admin/super-admin.module';

/** Makes a super-admin, the first one of a production database for instance. */
const main = async (): Promise<void> => {
  const { email, name } = readArguments(process.argv.slice(2));
  const config = loadConfig();
  const password = await readPassword();
  const app = await NestFactory.createApplicationContext(SuperAdminModule.forRoot(config), {
    logger: new NestLogger(createLogger('fatal')),
    abortOnError: false,
  });
  try {
    const id = await app.get(SuperAdminService).create({ email, password, name });
    // No tenant's doing, and no principal's: of whoever may run programs with the platform's own secrets.
    await app.get(AuditLog).record({
      tenantId: null,
      action: 'user.created',
      outcome: 'allowed',
      actor: { type: 'system', id: null },
      resource: { type: 'super-admin', id, ownerId: id },
      requestId: null,
    });
    process.stdout.write(`The super-admin ${email.toLowerCase()} is there: ${id}\n`);
  } finally {
    await app.close();
  }
};

/** Plain words for what a person can put right; anything else as it is. */
const explain = (error: unknown): string => {
  if (error instanceof InputError || error instanceof ConfigError) return error.message;
  if (error instanceof DomainError) {
    return error.code === 'conflict' ? 'There is a super-admin with this e-mail already.' : error.message;
  }
  return isMongoUnreachable(error) ? 'MongoDB, as MONGODB_URI names it, is not reachable.' : inspect(error);
};

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  },
);
