import 'reflect-metadata';
import { CommandFactory } from 'nest-commander';
import { CliModule } from './cli.module';
import { EXIT } from './support/exit-codes';
import { explain } from './support/explain';

const fail = (error: unknown): void => {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(EXIT.failed);
};

/** An unknown option is named without its value, which may be a password. */
const withoutValues = (text: string): string => text.replace(/(--?[\w-]+)=[\s\S]*/, "$1'\n");

CommandFactory.run(CliModule, {
  logger: false,
  cliName: 'cli',
  serviceErrorHandler: fail,
  outputConfiguration: {
    outputError: (text, write) => {
      write(withoutValues(text));
      // commander itself exits with 1, which means "found" here.
      process.once('exit', () => (process.exitCode = EXIT.failed));
    },
  },
}).catch(fail);
