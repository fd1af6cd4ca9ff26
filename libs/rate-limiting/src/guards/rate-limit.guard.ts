import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { NoTenantContextError, requestState } from '@financeops/tenancy/context';
import type { PolicyName } from '../http/rate-limit-headers';
import { RateLimiterService } from '../rate-limiter.service';
import { RefusalReport } from '../refusal-report';
import { GLOBAL_WINDOW, tenantWindow } from '../windows/tenant-window';
import { MINUTE_MS, type Question } from '../windows/window';
import { enforce } from './enforce';
import { LimitedRoutes } from './limited-routes';

/** Each super-admin's own requests a minute. */
const SUPER_ADMIN_LIMIT = 1_000;

/**
 * Requests with a valid credential: users and keys take a place in their tenant's window and are counted as its
 * `api_calls`, super-admins in a window of their own. Public routes are the address's matter.
 */
@Injectable()
export class RateLimitGuard implements CanActivate {
  private readonly routes: LimitedRoutes;

  constructor(
    reflector: Reflector,
    private readonly limiter: RateLimiterService,
    private readonly report: RefusalReport,
  ) {
    this.routes = new LimitedRoutes(reflector);
  }

  /** @throws RateLimitedError */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const route = this.routes.of(context);
    if (route === null || route.kind === 'public') return true;
    const state = requestState(context.switchToHttp().getRequest<FastifyRequest>());
    // The authentication guard has refused it already.
    if (state.principal === null) return true;
    if (state.principal.type === 'super-admin') {
      const own = { name: GLOBAL_WINDOW, limit: SUPER_ADMIN_LIMIT, windowMs: MINUTE_MS };
      const owner = `super-admin-${state.principal.id}`;
      const question = { owner, windows: [own, ...route.windows], countsCall: false };
      return this.limited(question, 'super-admin', context);
    }
    if (state.context === null) throw new NoTenantContextError();
    const { tenant } = state.context;
    const shared = tenantWindow(tenant);
    const windows = shared === null ? route.windows : [shared, ...route.windows];
    const question = { owner: tenant.id, windows, countsCall: true, dryRun: tenant.isRateLimitDryRun() };
    return this.limited(question, 'tenant', context);
  }

  private limited(question: Question, policy: PolicyName, context: ExecutionContext): Promise<boolean> {
    return this.limiter.decide(question).then((verdict) => enforce(verdict, policy, context, this.report));
  }
}
