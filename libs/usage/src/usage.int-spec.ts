import { randomBytes } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Redis } from 'ioredis';
import { ConfigModule, loadConfig } from '@financeops/core/config';
import { HttpModule } from '@financeops/core/http';
import { MongoModule } from '@financeops/core/mongo';
import { Metrics, ObservabilityModule } from '@financeops/core/observability';
import { REDIS, RedisModule } from '@financeops/core/redis';
import {
  ResolvedTenant,
  setRequestState,
  TenantContextService,
  type Principal,
} from '@financeops/tenancy/context';
import { FaultyProxy } from '@financeops/testing';
import { UsageCounters } from './billing/usage-counters';
import { UsageSnapshotStore } from './billing/usage-snapshot.store';
import { UsageSnapshots } from './billing/usage-snapshots.service';
import { UsageHashes } from './usage-hashes';
import { UsageHttpModule } from './usage-http.module';
import { UsageModule } from './usage.module';
import { UsageRecorder } from './usage-recorder';
import { UsageTrackerService } from './usage-tracker.service';

const tenantOf = (maxTransactionsPerMonth: number | null = 1_000): ResolvedTenant =>
  new ResolvedTenant({
    id: randomBytes(12).toString('hex'),
    slug: 'corner-shop',
    name: 'Corner Shop',
    tier: 'STARTER',
    isActive: true,
    branding: { displayName: null, primaryColor: null, logoUrl: null },
    domains: [],
    overrides: { maxTransactionsPerMonth, reason: 'test', expiresAt: '2999-01-01T00:00:00Z' },
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
  });

const mongodbOfItsOwn = (): string => {
  const url = new URL(process.env['TEST_MONGODB_URI']!);
  url.pathname = `/usage_${randomBytes(6).toString('hex')}`;
  return url.href;
};

const month = () => new Date().toISOString().slice(0, 7);

const untilTrue = async (holds: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 400; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('it did not come true in time');
};

jest.setTimeout(60_000);

describe('usage', () => {
  const contexts = new TenantContextService();
  let direct: Redis;
  const as = <R>(tenant: ResolvedTenant, work: () => R): R =>
    contexts.run({ tenant, resolvedVia: 'jwt', resolvedAt: Date.now() }, work);
  const stored = (tenant: ResolvedTenant) => direct.hgetall(`usage:{${tenant.id}}:${month()}`);

  beforeAll(() => {
    direct = new Redis(process.env['TEST_REDIS_URL']!);
  });
  afterAll(() => direct.disconnect());

  describe('the hashes', () => {
    const addition = (tenantId: string, sequence: number, ageMs = 0) => ({
      tenantId,
      sequence,
      measured: { ageMs },
      amounts: new Map([['transactions', 3] as const]),
    });

    it('takes an addition that is sent again for the same, and one of another writer for another', async () => {
      const hashes = new UsageHashes(direct);
      const { id } = tenantOf();
      for (let i = 0; i < 3; i++) await hashes.add('writer-1', [addition(id, 7)]);
      await hashes.add('writer-1', [addition(id, 8)]);
      await hashes.add('writer-2', [addition(id, 1)]);
      expect((await hashes.read(id)).counts.transactions).toBe(9);
    });

    it('counts in the month in which it was measured', async () => {
      const hashes = new UsageHashes(direct);
      const { id } = tenantOf();
      const now = new Date();
      const intoMonth = now.getTime() - Date.UTC(now.getUTCFullYear(), now.getUTCMonth());
      await hashes.add('writer-1', [addition(id, 1, intoMonth + 60_000), addition(id, 2)]);
      const before = new Date(now.getTime() - intoMonth - 1).toISOString().slice(0, 7);
      expect((await hashes.read(id, before)).counts.transactions).toBe(3);
      expect(await hashes.read(id)).toMatchObject({ period: month(), counts: { transactions: 3 } });
      expect(await direct.ttl(`usage:{${id}}:${before}`)).toBeGreaterThan(59 * 86_400);
    });
  });

  describe('UsageTrackerService', () => {
    let proxy: FaultyProxy;
    let redis: Redis;
    let tracker: UsageTrackerService;
    /** What MongoDB is for has a suite of its own. */
    const snapshots = {
      find: () => Promise.resolve(null),
      write: () => Promise.resolve(),
    } as unknown as UsageSnapshotStore;

    beforeEach(async () => {
      proxy = await FaultyProxy.before(Number(new URL(process.env['TEST_REDIS_URL']!).port));
      redis = new Redis(proxy.port, '127.0.0.1', {
        enableOfflineQueue: false,
        commandTimeout: 2_000,
        // The proxy has hung up already; by default ioredis waits 2 s for that, and Jest half a second for its workers.
        disconnectTimeout: 100,
        maxRetriesPerRequest: 0,
        retryStrategy: () => 50,
      });
      redis.on('error', () => undefined);
      await new Promise((resolve) => redis.once('ready', resolve));
      jest.spyOn(Logger.prototype, 'error').mockImplementation();
      jest.spyOn(Logger.prototype, 'log').mockImplementation();
      const ledger = new UsageCounters(redis, snapshots);
      tracker = new UsageTrackerService(
        redis,
        new Metrics(),
        contexts,
        ledger,
        new UsageSnapshots(ledger, new Metrics()),
      );
    });
    afterEach(async () => {
      redis.disconnect();
      await proxy.cut();
      jest.restoreAllMocks();
    });

    it('sums what is counted, and has it in Redis without being asked', async () => {
      const tenant = tenantOf();
      as(tenant, () => {
        for (let i = 0; i < 5; i++) tracker.increment('transactions');
        tracker.increment('storage_bytes', 900);
        tracker.increment('storage_bytes', -100);
      });
      await untilTrue(async () => (await stored(tenant))['transactions'] === '5');
      expect(await stored(tenant)).toEqual({ transactions: '5', storage_bytes: '800' });
      expect(await direct.ttl(`usage:{${tenant.id}}:${month()}`)).toBeGreaterThan(89 * 86_400);
    });

    it('shows what this process has just counted', async () => {
      const tenant = tenantOf(10);
      as(tenant, () => tracker.increment('transactions', 3));
      expect(await as(tenant, () => tracker.getSummary())).toEqual({
        tenantId: tenant.id,
        period: month(),
        usage: { apiCalls: 0, transactions: 3, storageBytes: 0, bandwidthBytes: 0 },
        limits: { maxTransactionsPerMonth: 10, transactionPercentUsed: 30 },
      });
    });

    it('counts for a neighbour nothing', async () => {
      const [tenant, neighbour] = [tenantOf(), tenantOf()];
      as(tenant, () => tracker.increment('transactions', 3));
      const { usage } = await as(neighbour, () => tracker.getSummary());
      expect(usage.transactions).toBe(0);
    });

    it('keeps counts while Redis is out, and sends each once when it is back', async () => {
      const tenant = tenantOf();
      await proxy.cut();
      for (let i = 0; i < 100; i++) as(tenant, () => tracker.increment('transactions'));
      await expect(as(tenant, () => tracker.getSummary())).rejects.toMatchObject({
        code: 'unavailable',
        retryAfter: 2,
      });
      as(tenant, () => tracker.increment('transactions'));
      await proxy.restore();
      await untilTrue(async () => (await stored(tenant))['transactions'] === '101');
      expect((await as(tenant, () => tracker.getSummary())).usage.transactions).toBe(101);
    });

    it('counts once when the answer, not the call, is lost', async () => {
      const tenant = tenantOf();
      // The scripts are known to Redis from here on.
      as(tenant, () => tracker.increment('transactions', 2));
      await as(tenant, () => tracker.getSummary());
      const send = redis.sendCommand.bind(redis);
      const lossy = jest.spyOn(redis, 'sendCommand').mockImplementationOnce(async (command) => {
        await send(command);
        throw new Error('Connection is closed.');
      });
      as(tenant, () => tracker.increment('transactions', 4));
      await expect(as(tenant, () => tracker.getSummary())).rejects.toMatchObject({ code: 'unavailable' });
      lossy.mockRestore();
      expect((await stored(tenant))['transactions']).toBe('6');
      as(tenant, () => tracker.increment('transactions', 1));
      expect((await as(tenant, () => tracker.getSummary())).usage.transactions).toBe(7);
    });

    it('sends what is left at the end', async () => {
      const tenant = tenantOf();
      as(tenant, () => tracker.increment('transactions', 2));
      await tracker.onApplicationShutdown();
      expect(await stored(tenant)).toMatchObject({ transactions: '2' });
    });

    it('takes whole numbers only, and a tenant', () => {
      expect(() => as(tenantOf(), () => tracker.increment('transactions', 0.5))).toThrow(RangeError);
      expect(() => tracker.increment('transactions')).toThrow('No tenant context available');
    });
  });

  describe('GET /v1/usage', () => {
    let app: NestFastifyApplication;
    let port: number;
    const mongodb = mongodbOfItsOwn();
    let tenant: ResolvedTenant;
    let principal: Principal | null;

    beforeAll(async () => {
      const module = await Test.createTestingModule({
        imports: [
          ConfigModule.forRoot(
            loadConfig({
              MONGODB_URI: mongodb,
              REDIS_URL: process.env['TEST_REDIS_URL'],
              JWT_SECRET: randomBytes(32).toString('hex'),
              ENCRYPTION_KEY: randomBytes(32).toString('base64'),
            }),
          ),
          HttpModule,
          ObservabilityModule,
          MongoModule.forRoot({ uri: mongodb }),
          RedisModule.forRoot({ url: process.env['TEST_REDIS_URL']! }),
          UsageModule,
          UsageHttpModule,
        ],
      })
        // Without the 40 ms after which requests go on: this machine may be busy.
        .overrideProvider(REDIS)
        .useValue(new Redis(process.env['TEST_REDIS_URL']!))
        .compile();
      app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
      const fastify = app.getHttpAdapter().getInstance();
      const recorder = app.get(UsageRecorder);
      fastify.addHook('preValidation', (request, _reply, done) => {
        const context = { tenant, resolvedVia: 'jwt', resolvedAt: 0 } as const;
        setRequestState(request, {
          principal,
          context,
          credentialError: null,
          tenantError: null,
          claims: {},
        });
        contexts.run({ ...context }, done);
      });
      fastify.addHook('onResponse', (request, reply, done) => {
        recorder.onResponse(request, reply);
        done();
      });
      await app.listen(0, '127.0.0.1');
      port = (app.getHttpServer().address() as AddressInfo).port;
    });
    afterAll(() => app.close());
    beforeEach(() => {
      tenant = tenantOf();
      principal = { type: 'user', id: 'u', tenantId: tenant.id, role: 'VIEWER' };
    });

    const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);

    it('gives zeros where nothing was counted', async () => {
      const reply = await get('/v1/usage?period=2026-02');
      expect(reply.status).toBe(200);
      expect(await reply.json()).toEqual({
        tenantId: tenant.id,
        period: '2026-02',
        usage: { apiCalls: 0, transactions: 0, storageBytes: 0, bandwidthBytes: 0 },
        limits: { maxTransactionsPerMonth: 1_000, transactionPercentUsed: 0 },
      });
    });

    it('gives the present month by default, without a limit for an unlimited tenant', async () => {
      tenant = tenantOf(null);
      expect(await (await get('/v1/usage')).json()).toMatchObject({
        period: month(),
        limits: { maxTransactionsPerMonth: null, transactionPercentUsed: 0, unlimited: true },
      });
    });

    it.each([
      'period=2026-13',
      'period=2026-1',
      'period=',
      'period=0001-01',
      'period=9999-12',
      'period=2026-01&period=2026-02',
      'period=%7B%22$gt%22:%22%22%7D',
    ])('refuses %s as a fault of `period`', async (query) => {
      const reply = await get(`/v1/usage?${query}`);
      const problem = (await reply.json()) as { code: string; errors: { parameter: string }[] };
      expect([reply.status, problem.code]).toEqual([400, 'validation-failed']);
      expect(new Set(problem.errors.map(({ parameter }) => parameter))).toEqual(new Set(['period']));
    });

    it('refuses a parameter that it does not know', async () => {
      expect((await get('/v1/usage?tenantId=x')).status).toBe(400);
    });

    it('measures all bytes of the tenant’s requests, on one connection or many', async () => {
      const call = () =>
        new Promise<IncomingMessage>((resolve, reject) => {
          httpRequest({ port, path: '/v1/usage', agent: false }, (reply) => {
            reply.resume();
            reply.once('close', () => resolve(reply));
          })
            .on('error', reject)
            .end();
        });
      const { socket } = await call();
      const bytes = socket.bytesRead + socket.bytesWritten;
      const bandwidth = async () => Number((await stored(tenant))['bandwidth_bytes'] ?? 0);
      await untilTrue(async () => (await bandwidth()) === bytes);
      await get('/v1/usage');
      await get('/v1/usage');
      await untilTrue(async () => (await bandwidth()) > 2 * bytes);
    });

    it('does not bill a tenant for those who only name it', async () => {
      principal = null;
      await get('/v1/usage');
      principal = { type: 'user', id: 'u', tenantId: tenant.id, role: 'VIEWER' };
      const named = tenant;
      tenant = tenantOf();
      const { id } = tenant;
      await get('/v1/usage');
      await untilTrue(async () => (await direct.exists(`usage:{${id}}:${month()}`)) === 1);
      expect(await stored(named)).toEqual({});
    });
  });
});
