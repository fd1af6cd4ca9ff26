import { Controller, Get, Logger } from '@nestjs/common';
import { Reflector, type DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host';
import { EMPTY, lastValueFrom, of, Subject, throwError, type Observable } from 'rxjs';
import { Roles } from '@financeops/core/http';
import { Metrics } from '@financeops/core/observability';
import { setRequestState, TenantContextService, type Principal } from '@financeops/tenancy/context';
import { Bypass, requireBypass, withBypass } from './bypass';
import { BypassRecord } from './bypass-record';
import { BypassRoutes } from './bypass-routes';
import { BypassTenantIsolation } from './bypass-tenant-isolation.decorator';
import { BypassInterceptor } from './bypass.interceptor';
import { IsolationAlarm } from '../audit/isolation-alarm';
import type { BypassOfJob } from '../audit/isolation-audit';
import { aTenant, RecordingAudit } from '../../testing/isolation.fixture';
import { IsolationViolationError, UnsupportedQueryError, violationOf } from '../audit/isolation.errors';
import { JobBypass } from './job-bypass';
import { reportViolation, type NetViolation } from '../audit/violations';

@Controller()
class Routes {
  @Get() @Roles('SUPER_ADMIN') @BypassTenantIsolation({ reason: 'totals' }) declared() {}
  @Get() @Roles('SUPER_ADMIN') undeclared() {}
  @Get() @Roles('ADMIN') @BypassTenantIsolation({ reason: 'curiosity' }) open() {}
  @Get() @BypassTenantIsolation({ reason: ' ' }) silent() {}
}
const superAdmin: Principal = { type: 'super-admin', id: 'a'.repeat(24), role: 'SUPER_ADMIN' };
const admin: Principal = { type: 'user', id: 'b'.repeat(24), tenantId: 'c'.repeat(24), role: 'ADMIN' };
const denied = expect.objectContaining({ code: 'cross-tenant-access' }) as Error;

describe('A bypass', () => {
  it('is open within its work until it ends, and nowhere else', () => {
    const bypass = new Bypass('a reason');
    expect(() => requireBypass()).toThrow(denied);
    withBypass(bypass, () => {
      expect(requireBypass()).toBe(bypass);
      bypass.end();
      expect(() => requireBypass()).toThrow(denied);
    });
    expect(bypass.isActive).toBe(false);
  });
});

describe('A job that reads across tenants', () => {
  const [audit, metrics, contexts] = [new RecordingAudit(), new Metrics(), new TenantContextService()];
  const bypass = new JobBypass(new BypassRecord(audit, metrics), contexts);
  const job = { job: 'a-job', reason: 'a reason', forMs: 60_000 };
  const work = jest.fn(() => Promise.resolve('done'));
  beforeEach(() => {
    audit.bypasses.splice(0);
    work.mockClear();
  });

  it('runs in the bypass, which the audit log has had before, and which ends with it', async () => {
    let opened: Bypass | undefined;
    const result = await bypass.run(job, async () => {
      expect(audit.bypasses).toEqual([job]);
      await new Promise((resolve) => setTimeout(resolve, 5));
      opened = requireBypass();
      return opened.isActive;
    });
    expect(result).toBe(true);
    expect(opened).toMatchObject({ reason: 'a reason', isActive: false });
    expect(() => requireBypass()).toThrow(denied);
    const counted = await metrics.registry.getSingleMetricAsString('isolation_bypasses_total');
    expect(counted).toContain('isolation_bypasses_total{by="job a-job"} 1');
  });

  it('has it no longer than it said, and not after an error either', async () => {
    let opened: Bypass | undefined;
    await bypass.run({ ...job, forMs: 20 }, async () => {
      opened = requireBypass();
      expect(opened.isActive).toBe(true);
      while (opened.isActive) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(() => requireBypass()).toThrow(denied);
    });
    const failing = () => {
      opened = requireBypass();
      return Promise.reject(new Error('broken'));
    };
    await expect(bypass.run(job, failing)).rejects.toThrow('broken');
    expect(opened?.isActive).toBe(false);
  });

  it.each<[string, Partial<BypassOfJob>, string]>([
    ['no reason', { reason: ' ' }, 'a-job: a bypass needs a reason'],
    ['no time', { forMs: 0 }, 'a-job: forMs must be from 1 to 900000'],
    ['no end', { forMs: Infinity }, 'a-job: forMs must be from 1 to 900000'],
    ['a time that is none', { forMs: NaN }, 'a-job: forMs must be from 1 to 900000'],
    ['more than a quarter of an hour', { forMs: 900_001 }, 'a-job: forMs must be from 1 to 900000'],
  ])('gets none with %s', async (_what, given, message) => {
    await expect(bypass.run({ ...job, ...given }, work)).rejects.toThrow(message);
    expect(audit.bypasses).toEqual([]);
    expect(work).not.toHaveBeenCalled();
  });

  it.each([1, 900_000])('gets one for %i ms', async (forMs) => {
    expect(await bypass.run({ ...job, forMs }, work)).toBe('done');
  });

  it('gets none within a tenant’s context', async () => {
    const context = { tenant: aTenant(), resolvedVia: 'job', resolvedAt: 0 } as const;
    await expect(contexts.run(context, () => bypass.run(job, work))).rejects.toThrow(denied);
    expect(audit.bypasses).toEqual([]);
    expect(work).not.toHaveBeenCalled();
  });

  it('reads nothing when the audit log can’t have it', async () => {
    jest.spyOn(audit, 'bypass').mockRejectedValueOnce(new Error('down'));
    await expect(bypass.run(job, work)).rejects.toThrow('down');
    expect(work).not.toHaveBeenCalled();
    const counted = await metrics.registry.getSingleMetricAsString('isolation_bypasses_total');
    expect(counted).toContain('isolation_bypasses_total{by="job a-job"} 5');
  });
});

describe('A route that reads across tenants', () => {
  const audit = new RecordingAudit();
  const metrics = new Metrics();
  const interceptor = new BypassInterceptor(new Reflector(), new BypassRecord(audit, metrics));
  const call = (principal: Principal | null, route: keyof Routes, handle: () => Observable<unknown>) => {
    const request = { id: 'req-1', method: 'GET', routeOptions: { url: '/v1/x' } };
    setRequestState(request, {
      principal,
      credentialError: null,
      context: null,
      tenantError: null,
      claims: {},
    });
    const handler = Routes.prototype[route];
    return interceptor.intercept(new ExecutionContextHost([request], Routes, handler), { handle });
  };
  beforeEach(() => void audit.bypasses.splice(0));

  it('runs in the bypass, which the audit log has had before, and which ends with it', async () => {
    let bypass: Bypass | undefined;
    const reply = await call(superAdmin, 'declared', () => {
      bypass = requireBypass();
      expect(audit.bypasses).toHaveLength(1);
      return of('totals');
    });
    expect(await lastValueFrom(reply)).toBe('totals');
    expect(bypass).toMatchObject({ reason: 'totals', isActive: false });
    expect(audit.bypasses).toEqual([
      { reason: 'totals', actor: superAdmin, requestId: 'req-1', route: 'GET /v1/x' },
    ]);
    const counted = await metrics.registry.getSingleMetricAsString('isolation_bypasses_total');
    expect(counted).toContain('isolation_bypasses_total{by="GET /v1/x"} 1');
    expect(counted).toMatch(/# HELP isolation_bypasses_total Bypasses of the tenant isolation/);
  });

  it('stays in it for as long as it answers, and leaves it by an error or an end of the client too', async () => {
    const bypasses: Bypass[] = [];
    const begin = async (answer: Observable<unknown>) => {
      const reply = await call(superAdmin, 'declared', () => {
        bypasses.push(requireBypass());
        return answer;
      });
      return reply.subscribe({ error: () => undefined });
    };
    const running = await begin(new Subject());
    expect(bypasses[0]?.isActive).toBe(true);
    running.unsubscribe();
    await begin(throwError(() => new Error('no')));
    await begin(EMPTY);
    expect(bypasses.map(({ isActive }) => isActive)).toEqual([false, false, false]);
  });

  it.each<[string, Principal | null, keyof Routes]>([
    ['a tenant’s admin', admin, 'declared'],
    ['nobody', null, 'declared'],
    ['a super-admin, where it was not declared', superAdmin, 'undeclared'],
  ])('is closed to %s', async (_case, principal, route) => {
    const handle = jest.fn(() => EMPTY);
    await expect(call(principal, route, handle)).rejects.toMatchObject({
      code: 'forbidden',
      message: 'Only super-admins may do this.',
    });
    expect(handle).not.toHaveBeenCalled();
    expect(audit.bypasses).toEqual([]);
  });

  it('reads nothing when the audit log can’t have it', async () => {
    const cause = new Error('down');
    jest.spyOn(audit, 'bypass').mockRejectedValueOnce(cause);
    const handle = jest.fn(() => EMPTY);
    await expect(call(superAdmin, 'declared', handle)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/audit log/) as string,
      retryAfter: 2,
      cause,
    });
    expect(handle).not.toHaveBeenCalled();
  });

  it('fails the boot where others could use it, or without a reason', () => {
    const controllers = [{ metatype: Routes }, { metatype: null }, { metatype: undefined }];
    const discovery = { getControllers: () => controllers } as unknown as DiscoveryService;
    expect(new BypassRoutes(discovery, new MetadataScanner(), new Reflector()).faults()).toEqual([
      "Routes.open: @BypassTenantIsolation works only together with @Roles('SUPER_ADMIN')",
      "Routes.silent: @BypassTenantIsolation works only together with @Roles('SUPER_ADMIN')",
      'Routes.silent: a bypass needs a reason',
    ]);
  });
});

describe('The alarm', () => {
  const violation: NetViolation = {
    net: 'wire',
    tenantId: null,
    collection: 'c',
    operation: 'find',
    reason: 'r',
  };

  it('counts and logs each violation, and has those audited that no repository reports, until it stops', async () => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
    const [audit, metrics] = [new RecordingAudit(), new Metrics()];
    const alarm = new IsolationAlarm(metrics, audit);
    alarm.onModuleDestroy();
    reportViolation(violation);
    alarm.onModuleInit();
    reportViolation(violation);
    reportViolation({ ...violation, tenantId: 'c'.repeat(24) });
    alarm.onModuleDestroy();
    reportViolation(violation);
    expect(audit.violations).toEqual([{ ...violation, actor: null, requestId: null }]);
    const counted = await metrics.registry.getSingleMetricAsString('isolation_violations_total');
    expect(counted).toContain('isolation_violations_total{net="wire",collection="c"} 2');
    expect(counted).toMatch(/# HELP isolation_violations_total Operations refused/);
    expect(logged.mock.calls).toEqual([
      [violation, 'tenant isolation violation refused'],
      [{ ...violation, tenantId: 'c'.repeat(24) }, 'tenant isolation violation refused'],
    ]);
    logged.mockRestore();
  });
});

describe('A violation that an operation ended with', () => {
  it('is itself, or what is left of it in the driver’s error', () => {
    const error = new IsolationViolationError('r', 'schema');
    expect(violationOf(error)).toBe(error);
    expect(violationOf({ code: 'cross-tenant-access', reason: 'r', net: 'wire' })).toMatchObject({
      reason: 'r',
      net: 'wire',
      message: 'Cross-tenant data access denied',
    });
    expect(new IsolationViolationError('r')).toMatchObject({ net: 'repository', reason: 'r' });
    expect(Object.keys(error)).not.toContain('name');
  });

  it.each([null, undefined, new Error('x'), { code: 'cross-tenant-access' }, { code: 11_000, reason: 'r' }])(
    'is none in %p',
    (error) => {
      expect(violationOf(error)).toBeNull();
    },
  );

  it('is no query that is not offered', () => {
    const error = new UnsupportedQueryError('the operator');
    expect(error).toMatchObject({
      name: 'UnsupportedQueryError',
      message: 'the operator (TenantAwareRepository)',
    });
    expect(violationOf(error)).toBeNull();
  });
});
