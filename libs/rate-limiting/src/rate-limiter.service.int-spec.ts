import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Metrics } from '@financeops/core/observability';
import { REDIS_COMMAND_TIMEOUT_MS } from '@financeops/core/redis';
import { ResolvedTenant, TenantContextService } from '@financeops/tenancy/context';
import { FaultyProxy } from '@financeops/testing';
import { FailureLimiter } from './failure-limiter.service';
import { RateLimitedError } from './rate-limited.error';
import { RateLimiterService } from './rate-limiter.service';
import type { RateLimitRequest } from './windows/window';

const tenantOf = (requestsPerMinute: number | null): ResolvedTenant =>
  new ResolvedTenant({
    id: randomBytes(12).toString('hex'),
    slug: 'corner-shop',
    name: 'Corner Shop',
    tier: 'STARTER',
    isActive: true,
    branding: { displayName: null, primaryColor: null, logoUrl: null },
    domains: [],
    overrides: { requestsPerMinute, reason: 'test', expiresAt: '2999-01-01T00:00:00Z' },
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
  });

const untilTrue = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 400; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it did not come true in time');
};

/** Where the outage is not the point: a busy test machine must not bring one about. */
class PatientLimiter extends RateLimiterService {
  protected override readonly patienceMs = 20_000;
}

jest.setTimeout(60_000);

describe('RateLimiterService', () => {
  const contexts = new TenantContextService();
  const uncounted = { add: jest.fn() };
  let direct: Redis;
  let proxy: FaultyProxy;
  let redis: Redis;
  let metrics: Metrics;
  let limiter: RateLimiterService;
  let logged: jest.SpyInstance;

  beforeEach(async () => {
    direct = new Redis(process.env['TEST_REDIS_URL']!);
    proxy = await FaultyProxy.before(Number(new URL(process.env['TEST_REDIS_URL']!).port));
    redis = new Redis(proxy.port, '127.0.0.1', {
      enableOfflineQueue: false,
      commandTimeout: REDIS_COMMAND_TIMEOUT_MS,
      connectTimeout: 1_000,
      // The proxy has hung up already; by default ioredis waits 2 s for that, and Jest half a second for its workers.
      disconnectTimeout: 100,
      maxRetriesPerRequest: 0,
      retryStrategy: () => 50,
    });
    redis.on('error', () => undefined);
    await new Promise((resolve) => redis.once('ready', resolve));
    metrics = new Metrics();
    logged = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    jest.spyOn(Logger.prototype, 'log').mockImplementation();
    uncounted.add.mockClear();
    limiter = new PatientLimiter(redis, metrics, contexts, uncounted);
  });
  afterEach(async () => {
    limiter.onApplicationShutdown();
    redis.disconnect();
    direct.disconnect();
    await proxy.cut();
    jest.restoreAllMocks();
  });

  const as = <R>(tenant: ResolvedTenant, work: () => R): R =>
    contexts.run({ tenant, resolvedVia: 'jwt', resolvedAt: Date.now() }, work);
  const consume = (tenant: ResolvedTenant, endpoint?: string) =>
    as(tenant, () => limiter.checkAndConsume(endpoint));
  const admitted = async (tenant: ResolvedTenant, times: number) =>
    (await Promise.all(Array.from({ length: times }, () => consume(tenant)))).filter(({ allowed }) => allowed)
      .length;
  const decisions = async (by: string): Promise<number> => {
    const { values } = await metrics.counter({ name: 'rate_limit_decisions_total', help: '' }).get();
    return values
      .filter(({ labels }) => (labels as { by?: string }).by === by)
      .reduce((sum, { value }) => sum + value, 0);
  };
  const count = async (name: string) =>
    (await metrics.counter({ name, help: '' }).get()).values[0]?.value ?? 0;

  const recovered = async () => {
    const before = await decisions('redis');
    await untilTrue(async () => {
      await consume(tenantOf(10));
      return (await decisions('redis')) > before;
    });
  };

  describe('checkAndConsume', () => {
    it("takes places in the window of the context's tenant until it is full", async () => {
      const tenant = tenantOf(2);
      const before = Date.now();
      const first = await consume(tenant);
      expect(first).toMatchObject({ allowed: true, limit: 2, remaining: 1, retryAfter: 0 });
      expect(first.resetAt).toBeGreaterThanOrEqual(before + 59_000);
      expect((await consume(tenant)).allowed).toBe(true);
      const refused = await consume(tenant);
      expect(refused).toMatchObject({ allowed: false, limit: 2, remaining: 0, resetAt: first.resetAt });
      expect(refused.retryAfter).toBeGreaterThan(55);
      expect(refused.retryAfter).toBeLessThanOrEqual(61);
      expect((await consume(tenantOf(2))).allowed).toBe(true);
    });

    it('decides an endpoint’s own window together with the tenant’s', async () => {
      const tenant = tenantOf(5);
      const own = { limit: 1, windowMs: 60_000 };
      const results = [];
      for (let i = 0; i < 3; i++)
        results.push(await as(tenant, () => limiter.checkAndConsume('export', own)));
      expect(results.map(({ allowed }) => allowed)).toEqual([true, false, false]);
      expect(await direct.llen(`rate_limit:{${tenant.id}}:global`)).toBe(1);
      expect(await direct.llen(`rate_limit:{${tenant.id}}:export`)).toBe(1);
      expect((await consume(tenant, 'other')).remaining).toBe(3);
    });

    it('only counts the calls of an unlimited tenant', async () => {
      const tenant = tenantOf(null);
      expect(await consume(tenant)).toMatchObject({ allowed: true, limit: null, remaining: null });
      const month = new Date().toISOString().slice(0, 7);
      expect(await direct.hget(`usage:{${tenant.id}}:${month}`, 'api_calls')).toBe('1');
    });

    it('has no answer without a tenant', async () => {
      await expect(limiter.checkAndConsume()).rejects.toThrow('No tenant context available');
    });
  });

  it('refuses in-process what Redis has refused, until the limit changes', async () => {
    const tenant = tenantOf(1);
    await consume(tenant);
    await consume(tenant);
    const asked = await decisions('redis');
    expect(await admitted(tenant, 50)).toBe(0);
    expect(await decisions('redis')).toBe(asked);
    expect(await decisions('known')).toBe(50);
    const raised = new ResolvedTenant({ ...tenantOf(2).snapshot, id: tenant.id });
    expect((await consume(raised)).allowed).toBe(true);
  });

  it('will not keep a window that cannot be exact', async () => {
    const windows = [{ name: 'route', limit: 1, windowMs: 3_600_001 }];
    await expect(limiter.decide({ owner: 'x', windows, countsCall: false })).rejects.toThrow(RangeError);
  });

  describe.each([
    ['its port closed', (faulty: FaultyProxy) => faulty.cut()],
    ['its peer silent', (faulty: FaultyProxy) => faulty.silence()],
  ])('with %s', (_, fail) => {
    it('limits in-process at the tenant’s own limit, says so once, and is exact again by itself', async () => {
      const tenant = tenantOf(5);
      await consume(tenant);
      await fail(proxy);
      Object.assign(limiter, { patienceMs: REDIS_COMMAND_TIMEOUT_MS });
      // One place was taken before: this process knows of what it admitted itself.
      expect(await admitted(tenant, 20)).toBe(4);
      expect(await admitted(tenant, 20)).toBe(0);
      expect(await decisions('degraded')).toBe(40);
      expect(await count('rate_limit_outages_total')).toBe(1);
      expect(logged).toHaveBeenCalledTimes(1);

      await proxy.restore();
      Object.assign(limiter, { patienceMs: 1_000 });
      await recovered();
      // What was admitted meanwhile is in Redis now, and its calls are handed on to be counted.
      expect(await direct.llen(`rate_limit:{${tenant.id}}:global`)).toBe(5);
      expect(await admitted(tenant, 20)).toBe(0);
      expect(uncounted.add.mock.calls.filter(([id]) => id === tenant.id)).toHaveLength(4);
    });
  });

  it('counts once what Redis decided too late, and in the right order what it never saw', async () => {
    const tenant = tenantOf(100);
    const send = redis.sendCommand.bind(redis);
    const slow = jest.spyOn(redis, 'sendCommand').mockImplementation(async (command) => {
      const reply = await send(command);
      await new Promise((resolve) => setTimeout(resolve, 200));
      return reply;
    });
    Object.assign(limiter, { patienceMs: REDIS_COMMAND_TIMEOUT_MS });
    expect(await admitted(tenant, 8)).toBe(8);
    expect(await decisions('degraded')).toBe(8);
    expect(await admitted(tenant, 4)).toBe(4);
    slow.mockRestore();
    Object.assign(limiter, { patienceMs: 20_000 });
    await recovered();
    expect(await direct.llen(`rate_limit:{${tenant.id}}:global`)).toBe(12);
    expect(uncounted.add.mock.calls.filter(([id]) => id === tenant.id)).toHaveLength(4);
    const stamps = (await direct.lrange(`rate_limit:{${tenant.id}}:global`, 0, -1)).map(Number);
    expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
    expect((await consume(tenant)).remaining).toBe(100 - 13);
  });

  it('goes on while Redis answers with errors, and does not take answers to reads for recovery', async () => {
    const tenant = tenantOf(3);
    const refuse = jest.spyOn(redis, 'sendCommand').mockImplementation((command) => {
      command.reject(new Error("READONLY You can't write against a read only replica."));
      return command.promise;
    });
    expect(await admitted(tenant, 5)).toBe(3);
    await untilTrue(() => refuse.mock.calls.length > 4);
    expect(logged).toHaveBeenCalledTimes(1);
    refuse.mockRestore();
    await recovered();
    expect(await direct.llen(`rate_limit:{${tenant.id}}:global`)).toBe(3);
  });

  describe('FailureLimiter', () => {
    let failures: FailureLimiter;
    let scope: string;
    beforeEach(() => {
      failures = new FailureLimiter(limiter);
      scope = randomBytes(12).toString('hex');
    });

    it('of 50 failures at once lets 10 be answered as what they are', async () => {
      await Promise.all(Array.from({ length: 50 }, () => failures.assertOpen(scope, 'ann@example.com')));
      const results = await Promise.allSettled(
        Array.from({ length: 50 }, () => failures.recordFailure(scope, 'ann@example.com')),
      );
      const refused = results.flatMap((r) => (r.status === 'rejected' ? [r.reason as unknown] : []));
      expect(refused).toHaveLength(40);
      for (const error of refused) {
        expect(error).toBeInstanceOf(RateLimitedError);
        expect((error as RateLimitedError).retryAfter).toBeGreaterThan(0);
      }
    });

    it('takes nothing for asking, and refuses only the account that failed, in its own scope', async () => {
      for (let i = 0; i < 30; i++) await failures.assertOpen(scope, 'ann@example.com');
      for (let i = 0; i < 10; i++) await failures.recordFailure(scope, 'ann@example.com');
      await expect(failures.assertOpen(scope, 'ann@example.com')).rejects.toThrow(RateLimitedError);
      await failures.assertOpen(scope, 'bob@example.com');
      await failures.assertOpen(`${scope}-other`, 'ann@example.com');
    });

    it('keeps no address in Redis', async () => {
      await failures.recordFailure(scope, 'ann@example.com');
      const keys = await direct.keys(`rate_limit:{${scope}}:*`);
      expect(keys).toHaveLength(1);
      expect(keys[0]).toMatch(/^rate_limit:\{[0-9a-f]{24}\}:login:[0-9a-f]{64}$/);
    });

    it('holds while Redis is out', async () => {
      await proxy.cut();
      for (let i = 0; i < 10; i++) await failures.recordFailure(scope, 'ann@example.com');
      await expect(failures.assertOpen(scope, 'ann@example.com')).rejects.toThrow(RateLimitedError);
    });
  });

  it('decides several windows together: all take the request or none does', async () => {
    const owner = randomBytes(12).toString('hex');
    const ask = (limit: number): RateLimitRequest => ({
      owner,
      windows: [
        { name: 'global', limit: 10, windowMs: 60_000 },
        { name: 'route', limit, windowMs: 60_000, cost: 2 },
      ],
      countsCall: true,
    });
    const verdicts = await Promise.all(Array.from({ length: 8 }, () => limiter.decide(ask(4))));
    expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(2);
    expect(await direct.llen(`rate_limit:{${owner}}:global`)).toBe(2);
    expect(await direct.llen(`rate_limit:{${owner}}:route`)).toBe(4);
    const month = new Date().toISOString().slice(0, 7);
    expect(await direct.hget(`usage:{${owner}}:${month}`, 'api_calls')).toBe('2');
  });
});
