import { inspect } from 'node:util';
import { ConfigError } from '@financeops/core/config';
import { isMongoUnreachable } from '@financeops/core/mongo';

/** What whoever runs a command can put right; the message says how. */
export class InputError extends Error {}

/** Plain words for what a person can put right; anything else as it is. */
const explain = (error: unknown): string => {
  if (error instanceof InputError || error instanceof ConfigError) return error.message;
  return isMongoUnreachable(error) ? 'MongoDB, as MONGODB_URI names it, is not reachable.' : inspect(error);
};

/** Runs a command, and ends the process with the status that it resolves to; with `failed` and an explanation if it rejects. */
export const runCommand = (command: () => Promise<number>, failed = 1): void => {
  command().then(
    (status) => process.exit(status),
    (error: unknown) => {
      process.stderr.write(`${explain(error)}\n`);
      process.exit(failed);
    },
  );
};
