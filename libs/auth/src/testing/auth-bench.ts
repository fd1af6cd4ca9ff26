import { randomBytes } from 'node:crypto';
import { Module } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import { APP_GUARD } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test, type TestingModule } from '@nestjs/testing';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import type { Connection } from 'mongoose';
import { AuditModule } from '@financeops/audit';
import { ConfigModule, loadConfig } from '@financeops/core/config';
import { MongoModule } from '@financeops/core/mongo';
import { ObservabilityModule } from '@financeops/core/observability';
import { REDIS, RedisModule } from '@financeops/core/redis';
import { IsolationModule } from '@financeops/data-access/isolation';
import { RateLimitModule, RefusalReport, UncountedCalls } from '@financeops/rate-limiting';
import {
  TenantContextModule,
  TenantContextService,
  type ResolvedTenant,
  type Tier,
} from '@financeops/tenancy/context';
import { DirectoryModule, TenantRegistry } from '@financeops/tenancy/directory';
import { HttpModule } from '@financeops/core/http';
import {
  CredentialVerifier,
  TenantGuard,
  TenantMiddleware,
  TenantModule,
} from '@financeops/tenancy/resolution';
import { AuthHttpModule } from '../auth-http.module';
import { AuthModule } from '../auth.module';
import { AccessGuard } from '../guards/access.guard';
import { AuthenticationGuard } from '../guards/authentication.guard';
import { JwtAndApiKeyVerifier } from '../jwt-and-api-key.verifier';

@Module({
  providers: [
    { provide: UncountedCalls, useValue: { add: () => undefined } },
    { provide: RefusalReport, useValue: { refused: () => undefined } },
  ],
  exports: [UncountedCalls, RefusalReport],
})
class NoUsage {}

@Module({
  imports: [AuthModule],
  providers: [{ provide: CredentialVerifier, useExisting: JwtAndApiKeyVerifier }],
  exports: [CredentialVerifier],
})
class CredentialPort {}

/** libs/auth with its real neighbours below, on a database of its own. */
export interface AuthBench {
  module: TestingModule;
  /** Its routes, behind middleware and guards; `app.inject` asks them. */
  app: NestFastifyApplication;
  connection: Connection;
  /** Name of its database. */
  database: string;
  /** A new tenant. */
  tenant(tier?: Tier): Promise<ResolvedTenant>;
  within<R>(tenant: ResolvedTenant, work: () => Promise<R>): Promise<R>;
  close(): Promise<void>;
}

/** `database`: of another bench, for what two processes do to each other. */
export const authBench = async (
  secrets: { current?: string; previous?: string[]; database?: string } = {},
): Promise<AuthBench> => {
  const database = secrets.database ?? `auth_${randomBytes(6).toString('hex')}`;
  const mongo = new URL(process.env['TEST_MONGODB_URI']!);
  mongo.pathname = `/${database}`;
  const config = loadConfig({
    NODE_ENV: 'test',
    MONGODB_URI: mongo.toString(),
    REDIS_URL: process.env['TEST_REDIS_URL'],
    JWT_SECRET: secrets.current ?? randomBytes(32).toString('hex'),
    JWT_PREVIOUS_SECRETS: (secrets.previous ?? []).join(','),
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  });
  const module = await Test.createTestingModule({
    imports: [
      ConfigModule.forRoot(config),
      ObservabilityModule,
      MongoModule.forRoot({ uri: config.MONGODB_URI }),
      RedisModule.forRoot({ url: config.REDIS_URL }),
      TenantContextModule,
      DirectoryModule,
      IsolationModule.forRoot([AuditModule]),
      RateLimitModule.forRoot([NoUsage]),
      TenantModule.forRoot([CredentialPort, AuditModule]),
      AuthModule,
      AuthHttpModule,
      HttpModule,
    ],
    providers: [AuthenticationGuard, TenantGuard, AccessGuard].map((guard) => ({
      provide: APP_GUARD,
      useClass: guard,
    })),
  })
    // Without the command timeout, after which limits are kept in this process: a busy machine would miscount.
    .overrideProvider(REDIS)
    .useValue(new Redis(config.REDIS_URL, { commandTimeout: 20_000 }))
    .compile();
  const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
  const middleware = module.get(TenantMiddleware);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('preValidation', (request, reply, done) => middleware.use(request, reply, done));
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const connection = module.get<Connection>(getConnectionToken());
  const contexts = module.get(TenantContextService);
  return {
    module,
    app,
    connection,
    database,
    tenant: (tier = 'ENTERPRISE') =>
      module
        .get(TenantRegistry)
        .create({ slug: `t-${randomBytes(6).toString('hex')}`, name: 'A bank', tier }),
    within: (tenant, work) => contexts.run({ tenant, resolvedVia: 'header', resolvedAt: Date.now() }, work),
    close: async () => {
      await app.close();
      // By a client of its own: the platform's refuses to drop tenants' data.
      const client = await new MongoClient(process.env['TEST_MONGODB_URI']!).connect();
      await client.db(database).dropDatabase();
      await client.close();
    },
  };
};
