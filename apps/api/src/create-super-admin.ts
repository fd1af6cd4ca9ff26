import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AuditLog } from '@financeops/audit';
import { SuperAdminService } from '@financeops/auth';
import { loadConfig } from '@financeops/core/config';
import { DomainError } from '@financeops/core/errors';
import { createLogger, NestLogger } from '@financeops/core/observability';
import { InputError, runCommand } from './command';
import { readPassword } from './super-admin/password-source';
import { readArguments } from './super-admin/super-admin-input';
import { SuperAdminModule } from './super-admin/super-admin.module';

/** Makes a super-admin, the first one of a production database for instance. */
const main = async (): Promise<number> => {
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
    return 0;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new InputError(
      error.code === 'conflict' ? 'There is a super-admin with this e-mail already.' : error.message,
    );
  } finally {
    await app.close();
  }
};

runCommand(main);
