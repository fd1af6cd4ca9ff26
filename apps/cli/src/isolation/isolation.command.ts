import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { EXIT } from '../support/exit-codes';
import { GroupCommand } from '../support/group.command';
import { InputError } from '../support/input.error';

/** Its tests and their runner are in the source tree only. */
const TOOL = path.resolve(__dirname, '../../../../../tools/isolation-report.mjs');

@SubCommand({
  name: 'report',
  description:
    'Run the isolation proofs and write docs/isolation.md. Needs the source tree. Exit code 1: a proof is missing or failed.',
})
export class IsolationReportCommand extends CommandRunner {
  async run(_args: string[], { fromReports = false }: { fromReports?: boolean }): Promise<void> {
    if (!existsSync(TOOL)) throw new InputError('The isolation report needs a checkout of the source tree.');
    const child = spawn(process.execPath, [TOOL, ...(fromReports ? ['--from-reports'] : [])], {
      stdio: 'inherit',
    });
    process.exitCode = await new Promise<number>((resolve) =>
      child.once('exit', (code) => resolve(code ?? EXIT.failed)),
    );
  }

  @Option({
    flags: '--from-reports',
    description: 'use the reports of the last test run instead of running the tests',
  })
  parseFromReports(): boolean {
    return true;
  }
}

@Command({ name: 'isolation', description: 'The tenant isolation', subCommands: [IsolationReportCommand] })
export class IsolationCommand extends GroupCommand {}
