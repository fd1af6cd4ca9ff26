import { randomBytes } from 'node:crypto';
import { Global, Logger, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { Metrics, ObservabilityModule } from '@financeops/core/observability';
import { RedisModule } from '@financeops/core/redis';
import { ResolvedTenant, TenantContextService } from '@financeops/tenancy/context';
import { FaultyProxy, RedisServer, until } from '@financeops/testing';
import { RateLimitModule } from './rate-limit.module';
import { RateLimiterService } from './rate-limiter.service';
import { RefusalReport } from './refusal-report';
import { UncountedCalls } from './uncounted-calls';

const uncounted = { add: jest.fn() };

@Global()
@Module({
  providers: [
    { provide: UncountedCalls, useValue: uncounted },
    { provide: RefusalReport, useValue: { refused: () => undefined } },
  ],
  exports: [UncountedCalls, RefusalReport],
})
class Ports {}

const LIMIT = 40;
const tenantOf = (): ResolvedTenant =>
  new ResolvedTenant({
    id: randomBytes(12).toString('hex'),
    slug: 'corner-shop',
    name: 'Corner Shop',
    tier: 'STARTER',
    isActive: true,
    branding: { displayName: null, primaryColor: null, logoUrl: null },
    domains: [],
    overrides: { requestsPerMinute: LIMIT, reason: 'test', expiresAt: '2999-01-01T00:00:00Z' },
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
  });

/** A Redis behind a proxy; a test breaks one of the two, and mends it. */
interface Scene {
  proxy: FaultyProxy;
  redis: RedisServer;
}
/** Breaks it; resolves to what mends it. */
type Break = (scene: Scene) => Promise<() => Promise<unknown>>;

const FAILURES: Record<string, Break> = {
  'closes its port': async ({ proxy }) => {
    await proxy.cut();
    return () => proxy.restore();
  },
  'falls silent': async ({ proxy }) => {
    proxy.silence();
    return () => proxy.restore();
  },
  'resets connections': async ({ proxy }) => {
    proxy.reset();
    return () => proxy.restore();
  },
  'becomes read-only': async ({ redis }) => {
    await redis.ask('replicaof', '127.0.0.1', '1');
    return () => redis.ask('replicaof', 'no', 'one');
  },
  'is out of memory': async ({ redis }) => {
    await redis.ask('config', 'set', 'maxmemory', '1');
    return () => redis.ask('config', 'set', 'maxmemory', '0');
  },
  'loads its data': async ({ redis }) => {
    await redis.ask('debug', 'populate', '60', 'filler', '1000');
    await redis.ask('config', 'set', 'key-load-delay', '150000');
    const reloaded = redis.ask('debug', 'reload');
    reloaded.catch(() => undefined);
    await until('it to be loading', async () =>
      String(await redis.ask('info', 'persistence')).includes('loading:1'),
    );
    return () => reloaded;
  },
};

jest.setTimeout(90_000);

describe('Rate limits while Redis', () => {
  const contexts = new TenantContextService();
  let scene: Scene;
  let app: TestingModule;
  let limiter: RateLimiterService;
  let logged: jest.SpyInstance;

  beforeEach(async () => {
    const redis = await RedisServer.start([
      ...['--enable-debug-command', 'yes'],
      ...['--loading-process-events-interval-bytes', '1024'],
    ]);
    scene = { redis, proxy: await FaultyProxy.before(redis.port) };
    logged = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    jest.spyOn(Logger.prototype, 'log').mockImplementation();
    uncounted.add.mockClear();
    app = await Test.createTestingModule({
      imports: [
        Ports,
        ObservabilityModule,
        // More patience than requests have, so that this machine's own delays are no failures.
        RedisModule.forRoot({ url: `redis://127.0.0.1:${scene.proxy.port}`, timeoutMs: 1_500 }),
        RateLimitModule.forRoot([]),
      ],
    }).compile();
    await app.init();
    limiter = app.get(RateLimiterService);
    await recovered();
  });
  afterEach(async () => {
    await app.close();
    await scene.proxy.cut();
    await scene.redis.stop();
    jest.restoreAllMocks();
  });

  const admitted = async (tenant: ResolvedTenant, times: number): Promise<number> => {
    const ask = () =>
      contexts.run({ tenant, resolvedVia: 'jwt', resolvedAt: 0 }, () => limiter.checkAndConsume());
    return (await Promise.all(Array.from({ length: times }, ask))).filter(({ allowed }) => allowed).length;
  };
  const metric = async (name: string, by?: string): Promise<number> => {
    const { values } = await app.get(Metrics).counter({ name, help: '' }).get();
    return values
      .filter(({ labels }) => by === undefined || (labels as { by?: string }).by === by)
      .reduce((sum, { value }) => sum + value, 0);
  };
  const decidedBy = (by: string) => metric('rate_limit_decisions_total', by);
  const recovered = () =>
    until(
      'Redis to decide',
      async () => {
        const before = await decidedBy('redis');
        await admitted(tenantOf(), 1);
        return (await decidedBy('redis')) > before;
      },
      { withinMs: 40_000, everyMs: 50 },
    );
  const alarms = () =>
    logged.mock.calls.filter(([, message]) => String(message).includes('decided in each process'));

  const expectTo = async (fail: Break, places: (tenantId: string) => Promise<unknown>) => {
    const tenant = tenantOf();
    expect(await admitted(tenant, 10)).toBe(10);
    const [outages, told] = [await metric('rate_limit_outages_total'), alarms().length];
    const mend = await fail(scene);

    // All are answered, and no more are admitted than the tenant may have.
    expect(await admitted(tenant, 100)).toBe(LIMIT - 10);
    const neighbour = tenantOf();
    expect(await admitted(neighbour, 100)).toBe(LIMIT);
    expect(await decidedBy('degraded')).toBeGreaterThanOrEqual(200);
    expect((await metric('rate_limit_outages_total')) - outages).toBe(1);
    expect(alarms().length - told).toBe(1);

    await mend();
    await recovered();
    // What was admitted alone has been entered in Redis, its calls are handed on, and the limit holds over all processes.
    expect(await places(tenant.id)).toBe(LIMIT);
    expect(await places(neighbour.id)).toBe(LIMIT);
    expect(await admitted(tenant, 20)).toBe(0);
    expect(await admitted(tenantOf(), 60)).toBe(LIMIT);
    expect(uncounted.add.mock.calls.filter(([id]) => id === neighbour.id)).toHaveLength(LIMIT);
    expect(alarms().length - told).toBe(1);
  };
  const placesIn = (server: RedisServer) => (tenantId: string) =>
    server.ask('llen', `rate_limit:{${tenantId}}:global`);

  it.each(Object.entries(FAILURES))(
    '%s: requests go on under the tenant’s own limit, and are exact again by themselves',
    (_how, fail) => expectTo(fail, placesIn(scene.redis)),
  );

  /** A replica that has all of the master's data. */
  const aReplica = async (): Promise<RedisServer> => {
    const { redis } = scene;
    const replica = await RedisServer.start(['--replicaof', `127.0.0.1 ${redis.port}`]);
    await until('the replica to be there', async () =>
      String(await replica.ask('info', 'replication')).includes('master_link_status:up'),
    );
    return replica;
  };
  const caughtUp = (replica: RedisServer) =>
    until('the replica to have it all', async () => {
      const offset = async (of: RedisServer) =>
        /^master_repl_offset:(\d+)/m.exec(String(await of.ask('info', 'replication')))?.[1];
      return (await offset(replica)) === (await offset(scene.redis));
    });

  it('dies, and its replica takes its place: what the old master knew still counts', async () => {
    const replica = await aReplica();
    try {
      await expectTo(async ({ redis, proxy }) => {
        await caughtUp(replica);
        await redis.kill();
        return async () => {
          await replica.ask('replicaof', 'no', 'one');
          await proxy.restore(replica.port);
        };
      }, placesIn(replica));
    } finally {
      await replica.stop();
    }
  });

  it('changes places with its replica while connections last: they are made anew, to whoever is master now', async () => {
    const replica = await aReplica();
    try {
      await expectTo(async ({ redis, proxy }) => {
        await caughtUp(replica);
        await replica.ask('replicaof', 'no', 'one');
        await redis.ask('replicaof', '127.0.0.1', `${replica.port}`);
        return () => proxy.restore(replica.port);
      }, placesIn(replica));
    } finally {
      await replica.stop();
    }
  });
});
