import { randomBytes } from 'node:crypto';
import type { ModuleMetadata } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { MongoClient, ObjectId, type Db } from 'mongodb';
import { AuditHttpModule, AuditModule } from '@financeops/audit';
import { ConfigModule, loadConfig } from '@financeops/core/config';
import { HttpModule, parseJsonBody, stringifyReply } from '@financeops/core/http';
import { MongoModule } from '@financeops/core/mongo';
import { ObservabilityModule } from '@financeops/core/observability';
import { RedisModule } from '@financeops/core/redis';
import { IsolationModule } from '@financeops/data-access/isolation';
import { PaymentGateway } from '@financeops/gateways';
import {
  ResolvedTenant,
  setRequestState,
  TenantContextModule,
  TenantContextService,
  type Placement,
  type Principal,
  type Tier,
} from '@financeops/tenancy/context';
import { PaymentsModule } from '../payments.module';

/** A database of its own for one test file. */
export interface TestDatabase {
  uri: string;
  /** Sees everything: a client that the isolation doesn't know. */
  raw: Db;
  drop(): Promise<void>;
}

export const aDatabase = async (): Promise<TestDatabase> => {
  const url = new URL(process.env['TEST_MONGODB_URI'] ?? '');
  url.pathname = `/payments_${randomBytes(6).toString('hex')}`;
  const client = await MongoClient.connect(url.href);
  const raw = client.db();
  return {
    uri: url.href,
    raw,
    drop: async () => {
      await raw.dropDatabase();
      await client.close();
    },
  };
};

/** Stores a tenant; with `maxTransactionsPerMonth`, by an override. */
export const aTenant = async (
  { raw }: TestDatabase,
  tier: Tier = 'ENTERPRISE',
  maxTransactionsPerMonth?: number,
  placement: Placement = 'shared',
): Promise<ResolvedTenant> => {
  const _id = new ObjectId();
  const now = new Date();
  const overrides =
    maxTransactionsPerMonth === undefined
      ? null
      : { maxTransactionsPerMonth, reason: 'test', expiresAt: '2999-01-01T00:00:00Z' };
  const branding = { displayName: null, primaryColor: null, logoUrl: null };
  const slug = `t${_id.toHexString()}`;
  const stored = { slug, name: 'Bank', tier, isActive: true, branding, domains: [], overrides, placement };
  await raw.collection('tenants').insertOne({ _id, ...stored, revision: 1, createdAt: now, updatedAt: now });
  return new ResolvedTenant({
    id: _id.toHexString(),
    ...stored,
    createdAt: now.toISOString(),
    updatedAt: now.toISOString(),
  });
};

/** The same tenant after its monthly limit was changed by an override. */
export const withQuota = (tenant: ResolvedTenant, maxTransactionsPerMonth: number): ResolvedTenant =>
  new ResolvedTenant({
    ...tenant.snapshot,
    overrides: { maxTransactionsPerMonth, reason: 'test', expiresAt: '2999-01-01T00:00:00Z' },
  });

export interface Sent {
  method?: 'GET' | 'POST' | 'DELETE';
  url: string;
  payload?: unknown;
  key?: string | string[];
}

export interface Received {
  status: number;
  headers: Record<string, unknown>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read whatever came
  body: any;
  /** The body as it was sent. */
  text: string;
}

export interface PaymentsApp {
  app: NestFastifyApplication;
  /** Sends a request as somebody of a tenant, or as a super-admin. */
  as(tenant: ResolvedTenant | null, principal?: Principal): (request: Sent) => Promise<Received>;
}

export const aUser = (tenant: ResolvedTenant): Principal => ({
  type: 'user',
  id: 'a'.repeat(24),
  tenantId: tenant.id,
  role: 'ADMIN',
});
const SUPER_ADMIN: Principal = { type: 'super-admin', id: 'f'.repeat(24), role: 'SUPER_ADMIN' };

/**
 * One API process with payments and `others` alone. Who is calling is told by the test instead of by a credential: the guards have
 * tests of their own.
 */
export const aPaymentsApp = async (
  database: TestDatabase,
  gateway?: PaymentGateway,
  others: NonNullable<ModuleMetadata['imports']> = [],
): Promise<PaymentsApp> => {
  const config = loadConfig({
    NODE_ENV: 'test',
    MONGODB_URI: database.uri,
    REDIS_URL: process.env['TEST_REDIS_URL'],
    JWT_SECRET: 'x'.repeat(32),
    ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
  });
  const builder = Test.createTestingModule({
    imports: [
      ConfigModule.forRoot(config),
      ObservabilityModule,
      MongoModule.forRoot({ uri: config.MONGODB_URI }),
      RedisModule.forRoot({ url: config.REDIS_URL }),
      TenantContextModule,
      HttpModule,
      AuditModule,
      AuditHttpModule,
      IsolationModule.forRoot([AuditModule]),
      PaymentsModule,
      ...others,
    ],
  });
  if (gateway !== undefined) builder.overrideProvider(PaymentGateway).useValue(gateway);
  const module = await builder.compile();
  module.useLogger(false);
  const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), {
    bodyParser: false,
  });
  const contexts = app.get(TenantContextService);
  const callers = new Map<string, { tenant: ResolvedTenant | null; principal: Principal }>();
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJsonBody(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
  fastify.setReplySerializer((payload) => stringifyReply(payload));
  fastify.addHook('preValidation', (request, _reply, done) => {
    const { tenant, principal } = callers.get(String(request.headers['x-test-caller']))!;
    const context =
      tenant === null
        ? null
        : {
            tenant,
            resolvedVia: 'jwt' as const,
            resolvedAt: Date.now(),
            origin: { requestId: request.id, actor: principal },
          };
    setRequestState(request, {
      principal,
      credentialError: null,
      context,
      tenantError: null,
      claims: {},
    });
    if (context === null) done();
    else contexts.run(context, done);
  });
  await app.init();
  await fastify.ready();

  return {
    app,
    as: (tenant, principal = tenant === null ? SUPER_ADMIN : aUser(tenant)) => {
      const caller = randomBytes(8).toString('hex');
      callers.set(caller, { tenant, principal });
      return async ({ method = 'GET', url, payload, key }) => {
        const reply = await app.inject({
          method,
          url,
          headers: {
            'x-test-caller': caller,
            ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
            ...(key === undefined ? {} : { 'idempotency-key': key }),
          },
          ...(payload === undefined
            ? {}
            : { payload: typeof payload === 'string' ? payload : JSON.stringify(payload) }),
        });
        return {
          status: reply.statusCode,
          headers: reply.headers,
          body: reply.body === '' ? null : (JSON.parse(reply.body) as unknown),
          text: reply.body,
        };
      };
    },
  };
};

let references = 0;

/** A body for POST /v1/payments. */
export const anOrder = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  reference: `order-${++references}`,
  amount: 1250,
  currency: 'EUR',
  method: 'card',
  ...changes,
});

/** Notes of pending charges; those of finished payments go a moment after their commit, so a few are waited for. */
export const chargesInFlight = async ({ raw }: TestDatabase, expected = 0): Promise<number> => {
  for (let tries = 0; ; tries++) {
    const count = await raw.collection('work_in_flight').countDocuments();
    if (count === expected || tries === 100) return count;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
