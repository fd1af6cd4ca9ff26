import { Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { loadConfig } from '@financeops/core/config';
import { createLogger, NestLogger } from '@financeops/core/observability';
import { PlatformModule } from '@financeops/platform';

/** Milliseconds. No request is waiting here, so Redis may take its time. */
const REDIS_TIMEOUT_MS = 5_000;

/** Runs `work` with the platform and `feature` started, and stops them afterwards. @throws ConfigError, and what `work` throws */
export const withPlatform = async <R>(
  feature: Type | null,
  work: (app: INestApplicationContext) => Promise<R>,
): Promise<R> => {
  const platform = PlatformModule.forRoot({ ...loadConfig(), REDIS_TIMEOUT_MS });
  @Module({ imports: feature === null ? [platform] : [platform, feature] })
  class CommandModule {}

  const app = await NestFactory.createApplicationContext(CommandModule, {
    logger: new NestLogger(createLogger('fatal')),
    abortOnError: false,
  });
  try {
    return await work(app);
  } finally {
    await app.close();
  }
};
