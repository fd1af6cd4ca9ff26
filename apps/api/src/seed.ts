import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule } from '@financeops/auth';
import { loadConfig, type Config } from '@financeops/core/config';
import { createLogger, NestLogger } from '@financeops/core/observability';
import { AppModule } from './app.module';
import { CredentialsFile } from './seed/credentials-file';
import { Seeder } from './seed/seeder';

/** Seeds a development database once: `BASE_URL` and `DATA_DIR` say what to write where. Never in production. */
const main = async (): Promise<void> => {
  const config = loadConfig();
  if (config.NODE_ENV === 'production') throw new Error('There is no seeding in production.');
  const app = await NestFactory.createApplicationContext(seedModule(config), {
    logger: new NestLogger(createLogger('warn')),
    abortOnError: false,
  });
  const file = new CredentialsFile(config.DATA_DIR);
  const credentials = file.begin(process.env['BASE_URL'] ?? `http://${config.HOST}:${config.PORT}`);
  file.finish(await app.get(Seeder).seed(credentials));
  await app.close();
};

const seedModule = (config: Config) => {
  @Module({ imports: [AppModule.forRoot(config), AuthModule], providers: [Seeder] })
  class SeedModule {}
  return SeedModule;
};

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
