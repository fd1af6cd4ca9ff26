import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ConfigError, loadConfig } from '@financeops/core/config';
import { createLogger, NestLogger } from '@financeops/core/observability';
import { stopGracefully } from '@financeops/core/operation';
import { WorkerModule } from './worker.module';

const main = async (): Promise<void> => {
  const config = loadConfig();
  const logger = createLogger(config.LOG_LEVEL);
  const app = await NestFactory.create<NestFastifyApplication>(
    WorkerModule.forRoot(config),
    new FastifyAdapter({ forceCloseConnections: 'idle' }),
    { logger: new NestLogger(logger), bodyParser: false, abortOnError: false },
  );
  stopGracefully(app, logger);
  await app.listen(config.WORKER_PORT, config.HOST);
  logger.info({ url: await app.getUrl() }, 'worker started');
};

main().catch((error: unknown) => {
  // Before there is a logger, and for the person who started it: plain words.
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
});
