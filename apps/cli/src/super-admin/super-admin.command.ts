import { Command, Option, SubCommand } from 'nest-commander';
import { AuditLog } from '@financeops/audit';
import { AuthModule, SuperAdminService } from '@financeops/auth';
import { DomainError } from '@financeops/core/errors';
import { GroupCommand } from '../support/group.command';
import { InputError } from '../support/input.error';
import { PlatformCommand, type Outcome, type OutputOptions } from '../support/platform.command';
import { withPlatform } from '../support/with-platform';
import { readPassword } from './password-source';
import { checkEmail, checkName } from './super-admin.rules';

interface CreateOptions extends OutputOptions {
  email: string;
  name?: string;
}

@SubCommand({
  name: 'create',
  description:
    'Create a super-admin. The password comes from SUPER_ADMIN_PASSWORD or the first line of standard input, never from an argument, which other users of the machine can read.',
})
export class CreateSuperAdminCommand extends PlatformCommand<CreateOptions> {
  @Option({ flags: '--email <address>', description: 'e-mail address to log in with', required: true })
  parseEmail(email: string): string {
    return checkEmail(email);
  }

  @Option({ flags: '--name <name>', description: 'display name, 1 to 200 characters' })
  parseName(name: string): string {
    return checkName(name);
  }

  protected async execute(args: string[], options: CreateOptions): Promise<Outcome> {
    // It may be a password, so it is not repeated.
    if (args.length > 0) throw new InputError('Unexpected argument: the command takes options only.');
    const { email } = options;
    const name = options.name ?? null;
    const password = await readPassword();
    const id = await withPlatform(AuthModule, async (app) => {
      try {
        const created = await app.get(SuperAdminService).create({ email, password, name });
        // By whoever may run programs with the platform's own secrets: no tenant and no principal.
        await app.get(AuditLog).record({
          tenantId: null,
          action: 'user.created',
          outcome: 'allowed',
          actor: { type: 'system', id: null },
          resource: { type: 'super-admin', id: created, ownerId: created },
          requestId: null,
        });
        return created;
      } catch (error) {
        if (!(error instanceof DomainError) || error.code !== 'conflict') throw error;
        throw new InputError('A super-admin with this e-mail address exists already.');
      }
    });
    const address = email.toLowerCase();
    return { json: { id, email: address }, lines: [`Super-admin ${address} created: ${id}`] };
  }
}

@Command({
  name: 'super-admin',
  description: "The operator's own users",
  subCommands: [CreateSuperAdminCommand],
})
export class SuperAdminCommand extends GroupCommand {}
