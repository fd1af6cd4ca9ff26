import { ConfigError, loadConfig } from '@financeops/core/config';

/** Prints every wrong setting of the environment and exits with 1, before anything is started with them. */
try {
  loadConfig();
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`);
  process.exit(1);
}
