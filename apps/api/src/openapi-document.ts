import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadConfig } from '@financeops/core/config';
import { createLogger } from '@financeops/core/observability';
import { AppModule } from './app.module';
import { createAdapter } from './http/fastify';
import { buildDocument } from './http/openapi/document';

/** Settings that the document doesn't depend on, but the application's modules ask for. */
const PLACEHOLDERS = {
  MONGODB_URI: 'mongodb://127.0.0.1:1',
  REDIS_URL: 'redis://127.0.0.1:1',
  JWT_SECRET: 'x'.repeat(32),
  ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
};

/** Prints the OpenAPI document. In preview mode Nest reads the decorators and makes no instances: nothing connects. */
const main = async (): Promise<void> => {
  const config = loadConfig(PLACEHOLDERS);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(config),
    createAdapter(config, createLogger('silent')),
    { preview: true, logger: false, abortOnError: false },
  );
  process.stdout.write(`${JSON.stringify(buildDocument(app), null, 2)}\n`);
};

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
