import 'reflect-metadata';
import { ConfigError, loadConfig } from '@financeops/core/config';
import { createLogger } from '@financeops/core/observability';
import { stopGracefully } from '@financeops/core/operation';
import { createApp } from './create-app';

const main = async (): Promise<void> => {
  const config = loadConfig();
  const logger = createLogger(config.LOG_LEVEL);
  const app = await createApp(config, logger);
  stopGracefully(app, logger);
  await app.listen(config.PORT, config.HOST);
  logger.info({ url: await app.getUrl() }, 'API listening');
};

main().catch((error: unknown) => {
  // Before there is a logger, and for the person who started it: plain words.
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
});
