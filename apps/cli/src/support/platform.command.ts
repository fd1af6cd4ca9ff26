import { CommandRunner, Option } from 'nest-commander';
import { EXIT } from './exit-codes';

export interface OutputOptions {
  json?: boolean;
}

/** What a command found: `json` for machines, `lines` for people. */
export interface Outcome {
  json: unknown;
  lines: string[];
  exitCode?: (typeof EXIT)[keyof typeof EXIT];
}

/** A command that prints its outcome once, as lines or as JSON, and sets the exit code. */
export abstract class PlatformCommand<Options extends OutputOptions> extends CommandRunner {
  async run(args: string[], options: Options): Promise<void> {
    const { json, lines, exitCode = EXIT.ok } = await this.execute(args, options);
    process.stdout.write(
      options.json ? `${JSON.stringify(json, null, 2)}\n` : lines.map((line) => `${line}\n`).join(''),
    );
    process.exitCode = exitCode;
  }

  @Option({ flags: '--json', description: 'print JSON instead of text' })
  parseJson(): boolean {
    return true;
  }

  protected abstract execute(args: string[], options: Options): Promise<Outcome>;
}
