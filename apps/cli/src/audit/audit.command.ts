import { Command, Option, SubCommand } from 'nest-commander';
import { AuditVerifier } from '@financeops/audit';
import { EXIT } from '../support/exit-codes';
import { GroupCommand } from '../support/group.command';
import { InputError } from '../support/input.error';
import { PlatformCommand, type Outcome, type OutputOptions } from '../support/platform.command';
import { progressBar } from '../support/progress';
import { withPlatform } from '../support/with-platform';

interface VerifyOptions extends OutputOptions {
  restored?: boolean;
}

const OWNER = /^(?:platform|[0-9a-f]{24})$/;

@SubCommand({
  name: 'verify',
  arguments: '[owners...]',
  description:
    "Verify the audit logs of the given tenants (24-hex IDs), of 'platform', or of everyone. Exit code 1: a log is broken.",
})
export class VerifyAuditCommand extends PlatformCommand<VerifyOptions> {
  @Option({
    flags: '--restored',
    description:
      'the database was restored to an earlier state on purpose: accept intact logs that are shorter than before',
  })
  parseRestored(): boolean {
    return true;
  }

  protected execute(named: string[], { restored = false }: VerifyOptions): Promise<Outcome> {
    const strange = named.find((owner) => !OWNER.test(owner));
    if (strange !== undefined) {
      throw new InputError(`${strange} is not a tenant ID: use 24 hex digits, or 'platform'.`);
    }
    return withPlatform(null, async (app) => {
      const verifier = app.get(AuditVerifier);
      const owners = named.length > 0 ? named : await verifier.owners();
      const bar = progressBar(owners.length);
      const logs = [];
      for (const owner of owners) {
        logs.push({
          owner,
          ...(restored ? await verifier.acceptRestored(owner) : await verifier.verify(owner)),
        });
        bar.advance();
      }
      bar.stop();
      const broken = logs.filter(({ valid }) => !valid).length;
      return {
        json: { logs, broken },
        lines: [...logs.map(lineOf), `${logs.length} logs, ${broken} broken`],
        exitCode: broken === 0 ? EXIT.ok : EXIT.found,
      };
    });
  }
}

type Verified = Awaited<ReturnType<AuditVerifier['verify']>> & { owner: string; known?: number };

const lineOf = ({ owner, valid, checked, firstBroken, known = 0 }: Verified): string => {
  const where =
    firstBroken === null
      ? ''
      : `: ${firstBroken.reason} at ${firstBroken.seq} (${firstBroken.id ?? 'no event'})`;
  const lost = valid && known > checked ? `; ${known} events were known before` : '';
  return `${owner} ${valid ? 'intact' : 'BROKEN'}, ${checked} events${where}${lost}`;
};

@Command({ name: 'audit', description: 'The audit logs', subCommands: [VerifyAuditCommand] })
export class AuditCommand extends GroupCommand {}
