import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import type { Config } from '@financeops/core/config';
import { NestLogger } from '@financeops/core/observability';
import { AppModule } from './app.module';
import { mountCors } from './http/cors';
import { createAdapter } from './http/fastify';
import { mountHooks } from './http/hooks';
import { mountOpenApi } from './http/openapi/mount';
import { mountSecurityHeaders } from './http/security';

/** The whole API, ready to listen. */
export const createApp = async (config: Config, logger: Logger): Promise<NestFastifyApplication> => {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(config),
    createAdapter(config, logger),
    { logger: new NestLogger(logger), bodyParser: false, abortOnError: false },
  );
  mountSecurityHeaders(app);
  mountCors(app);
  mountHooks(app, logger);
  mountOpenApi(app);
  await app.init();
  return app;
};
