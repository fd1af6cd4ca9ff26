import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { CONFIG } from '@financeops/core/config';
import { AnyPrincipal, AnyRole, OperatorRoute, ProblemFilter, Public } from '@financeops/core/http';
import { ObservabilityModule } from '@financeops/core/observability';
import { RedisModule } from '@financeops/core/redis';
import {
  ResolvedTenant,
  setRequestState,
  type Principal,
  type TenantContext,
} from '@financeops/tenancy/context';
import { RateLimit, SkipRateLimit } from '../rate-limit.decorators';
import { RateLimitModule } from '../rate-limit.module';
import { RefusalReport, type RateLimitRefusal } from '../refusal-report';
import { UncountedCalls } from '../uncounted-calls';
import { AnonymousRateLimitGuard } from './anonymous-rate-limit.guard';
import { RateLimitGuard } from './rate-limit.guard';

@Controller()
class Routes {
  @Get('tenant') @AnyRole() tenant() {
    return {};
  }
  @Get('narrow') @AnyRole() @RateLimit({ limit: 2, windowMs: 30_000 }) narrow() {
    return {};
  }
  @Get('export') @AnyRole() @RateLimit({ limit: 5, windowMs: 1_000, cost: 3, name: 'export' }) export() {
    return {};
  }
  @Get('me') @AnyPrincipal() me() {
    return {};
  }
  @Get('login') @Public('optional') login() {
    return {};
  }
  @Get('skipped') @AnyRole() @SkipRateLimit() skipped() {
    return {};
  }
  @Get('health') @OperatorRoute() health() {
    return {};
  }
}

const ANONYMOUS_LIMIT = 3;
const refusals: RateLimitRefusal[] = [];
const uncounted: unknown[] = [];

@Global()
@Module({
  providers: [
    { provide: CONFIG, useValue: { ANONYMOUS_REQUESTS_PER_MINUTE: ANONYMOUS_LIMIT } },
    { provide: UncountedCalls, useValue: { add: (...call: unknown[]) => uncounted.push(call) } },
    { provide: RefusalReport, useValue: { refused: (refusal: RateLimitRefusal) => refusals.push(refusal) } },
  ],
  exports: [CONFIG, UncountedCalls, RefusalReport],
})
class Ports {}

jest.setTimeout(60_000);

describe('the rate-limit guards', () => {
  let app: NestFastifyApplication;
  let base: string;
  let caller: { principal: Principal | null; context: TenantContext | null };
  let address: string;
  let tenant: ResolvedTenant;

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      imports: [
        Ports,
        ObservabilityModule,
        RedisModule.forRoot({ url: process.env['TEST_REDIS_URL']! }),
        RateLimitModule.forRoot([]),
      ],
      controllers: [Routes],
      providers: [
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_GUARD, useClass: AnonymousRateLimitGuard },
        { provide: APP_GUARD, useClass: RateLimitGuard },
      ],
    }).compile();
    app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter({ trustProxy: true }), {
      logger: false,
    });
    app
      .getHttpAdapter()
      .getInstance()
      .addHook('preValidation', (request, _reply, done) => {
        setRequestState(request, { ...caller, credentialError: null, tenantError: null, claims: {} });
        done();
      });
    await app.listen(0, '127.0.0.1');
    base = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  });
  afterAll(() => app.close());

  beforeEach(() => {
    address = `2001:db8:${randomBytes(2).toString('hex')}:${randomBytes(2).toString('hex')}::1`;
    tenant = new ResolvedTenant({
      id: randomBytes(12).toString('hex'),
      slug: 'corner-shop',
      name: 'Corner Shop',
      tier: 'STARTER',
      isActive: true,
      branding: { displayName: null, primaryColor: null, logoUrl: null },
      domains: [],
      overrides: { requestsPerMinute: 5, reason: 'test', expiresAt: '2999-01-01T00:00:00Z' },
      createdAt: '2026-01-01T00:00:00Z',
      updatedAt: '2026-01-01T00:00:00Z',
    });
    caller = { principal: null, context: null };
  });

  const asUser = () => {
    caller = {
      principal: { type: 'user', id: randomBytes(12).toString('hex'), tenantId: tenant.id, role: 'VIEWER' },
      context: { tenant, resolvedVia: 'jwt', resolvedAt: 0 },
    };
  };
  const asSuperAdmin = () => {
    caller = {
      principal: { type: 'super-admin', id: randomBytes(12).toString('hex'), role: 'SUPER_ADMIN' },
      context: null,
    };
  };
  const get = (path: string) => fetch(`${base}/${path}`, { headers: { 'x-forwarded-for': address } });
  const statuses = async (path: string, times: number) => {
    const all: number[] = [];
    for (let i = 0; i < times; i++) all.push((await get(path)).status);
    return all;
  };
  const limited = (reply: Response) =>
    ['x-ratelimit-limit', 'x-ratelimit-remaining', 'ratelimit-policy', 'ratelimit'].map(
      (name) =>
        // A second that begins while the reply is on its way makes t one more or less: its value is tested as a rule.
        reply.headers.get(name)?.replace(/t=\d+/g, 't=…') ?? null,
    );

  it("counts a tenant's requests over all its routes, and says how it stands", async () => {
    asUser();
    const reply = await get('tenant');
    expect(reply.status).toBe(200);
    expect(limited(reply)).toEqual(['5', '4', '"tenant";q=5;w=60', '"tenant";r=4;t=…']);
    const reset = Number(reply.headers.get('x-ratelimit-reset')) - Date.now() / 1_000;
    expect(reset).toBeGreaterThan(50);
    expect(reset).toBeLessThanOrEqual(62);
    expect(await statuses('me', 5)).toEqual([200, 200, 200, 200, 429]);
  });

  it('reports each refusal: whose window was full, and who asked', async () => {
    asUser();
    await statuses('tenant', 6);
    expect(refusals.at(-1)).toMatchObject({
      tenantId: tenant.id,
      actor: caller.principal,
      window: 'global',
      limit: 5,
    });
    caller = { principal: null, context: null };
    await statuses('login', ANONYMOUS_LIMIT + 1);
    expect(refusals.at(-1)).toMatchObject({ tenantId: null, actor: null, limit: ANONYMOUS_LIMIT });
  });

  it('refuses with a problem, Retry-After and the same headers', async () => {
    asUser();
    await statuses('tenant', 5);
    const reply = await get('tenant');
    const problem = (await reply.json()) as Record<string, unknown>;
    expect(reply.status).toBe(429);
    expect(problem).toMatchObject({ code: 'rate-limited', type: 'urn:problem:rate-limited', status: 429 });
    expect(reply.headers.get('retry-after')).toBe(String(problem['retryAfter']));
    expect(Number(problem['retryAfter'])).toBeGreaterThan(0);
    expect(limited(reply).slice(0, 3)).toEqual(['5', '0', '"tenant";q=5;w=60']);
  });

  it("adds a route's own window, named after the route", async () => {
    asUser();
    const reply = await get('narrow');
    expect(limited(reply)).toEqual([
      '2',
      '1',
      '"tenant";q=5;w=60, "Routes.narrow";q=2;w=30',
      '"tenant";r=4;t=…, "Routes.narrow";r=1;t=…',
    ]);
    expect(await statuses('narrow', 2)).toEqual([200, 429]);
    expect(await statuses('tenant', 4)).toEqual([200, 200, 200, 429]);
  });

  it("keeps a route's refusals apart from the tenant's: each window has its own, and each is reported", async () => {
    asUser();
    expect(await statuses('narrow', 5)).toEqual([200, 200, 429, 429, 429]);
    expect(refusals.at(-1)).toMatchObject({ window: 'Routes.narrow', limit: 2 });
    expect(await statuses('tenant', 4)).toEqual([200, 200, 200, 429]);
    expect(refusals.at(-1)).toMatchObject({ window: 'global', limit: 5 });
  });

  it('takes what a request costs in the window of its route, one place in the tenant’s, and admits it after Retry-After', async () => {
    asUser();
    expect(limited(await get('export')).slice(2)).toEqual([
      '"tenant";q=5;w=60, "export";q=5;w=1',
      '"tenant";r=4;t=…, "export";r=2;t=…',
    ]);
    const refused = await get('export');
    expect(refused.status).toBe(429);
    expect(refusals.at(-1)).toMatchObject({ window: 'export', limit: 5, dryRun: false });
    await new Promise((resolve) => setTimeout(resolve, Number(refused.headers.get('retry-after')) * 1_000));
    expect((await get('export')).status).toBe(200);
  });

  const inDryRun = () => {
    const { snapshot } = tenant;
    const overrides = { ...snapshot.overrides!, rateLimit: { dryRun: true } };
    tenant = new ResolvedTenant({ ...snapshot, overrides });
    asUser();
  };

  it('in a dry run admits what it would refuse, says so in the report and the headers, and counts it as a call', async () => {
    inDryRun();
    const before = [refusals.length, uncounted.length];
    expect(await statuses('tenant', 8)).toEqual(Array(8).fill(200));
    const reply = await get('tenant');
    expect([limited(reply).slice(0, 2), reply.headers.get('retry-after')]).toEqual([['5', '0'], null]);
    expect([refusals.length, uncounted.length]).toEqual([before[0]! + 4, before[1]! + 4]);
    expect(refusals.at(-1)).toMatchObject({ tenantId: tenant.id, window: 'global', limit: 5, dryRun: true });
    expect(uncounted.at(-1)).toEqual([tenant.id, 'api_calls', 1]);
  });

  it('in a dry run spares the windows of routes too, and nobody without a credential', async () => {
    inDryRun();
    expect(await statuses('narrow', 4)).toEqual([200, 200, 200, 200]);
    caller = { principal: null, context: null };
    expect(await statuses('login', 4)).toEqual([200, 200, 200, 429]);
  });

  it('limits requests without credential by address, IPv6 by its /64', async () => {
    const reply = await get('tenant');
    expect(limited(reply)).toEqual(['3', '2', '"address";q=3;w=60', '"address";r=2;t=…']);
    address = address.replace('::1', '::2');
    expect(await statuses('tenant', 3)).toEqual([200, 200, 429]);
    address = '2001:db8:ffff::1'.replace('ffff', randomBytes(2).toString('hex'));
    expect((await get('tenant')).status).toBe(200);
  });

  it('counts public routes against the address and never against the tenant, whoever asks', async () => {
    asUser();
    expect(await statuses('login', 4)).toEqual([200, 200, 200, 429]);
    expect((await get('tenant')).headers.get('x-ratelimit-remaining')).toBe('4');
  });

  it('does not hold what others at its address did against one with a credential', async () => {
    await statuses('tenant', 4);
    asUser();
    expect((await get('tenant')).status).toBe(200);
  });

  it('gives each super-admin a window of their own', async () => {
    asSuperAdmin();
    expect(limited(await get('me')).slice(0, 3)).toEqual(['1000', '999', '"super-admin";q=1000;w=60']);
    asSuperAdmin();
    expect((await get('me')).headers.get('x-ratelimit-remaining')).toBe('999');
  });

  it.each(['health', 'skipped'])('leaves %s alone', async (path) => {
    asUser();
    expect(limited(await get(path))).toEqual([null, null, null, null]);
    caller = { principal: null, context: null };
    expect(await statuses(path, 6)).toEqual([200, 200, 200, 200, 200, 200]);
  });
});
