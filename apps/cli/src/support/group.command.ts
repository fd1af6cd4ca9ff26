import { CommandRunner } from 'nest-commander';
import { EXIT } from './exit-codes';

/** A command that only groups others: without one of them it prints its help, as an error. */
export abstract class GroupCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.outputHelp({ error: true });
    process.exitCode = EXIT.failed;
  }
}
