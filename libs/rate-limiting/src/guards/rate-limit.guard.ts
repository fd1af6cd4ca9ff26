import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { NoTenantContextError, requestState } from '@financeops/tenancy/context';
import type { PolicyName } from '../http/rate-limit-headers';
import { RateLimiterService } from '../rate-limiter.service';
import { RefusalReport } from '../refusal-report';
import type { RateLimitRequest } from '../windows/window';
import { enforce } from './enforce';
import { LimitedRoutes } from './limited-routes';
import { limitsOf } from './principal-limits';

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
    const limits = limitsOf(state.principal, state.context?.tenant ?? null, route.windows);
    if (limits === null) throw new NoTenantContextError();
    return this.limited(limits.question, limits.policy, context);
  }

  private limited(
    question: RateLimitRequest,
    policy: PolicyName,
    context: ExecutionContext,
  ): Promise<boolean> {
    return this.limiter.decide(question).then((verdict) => enforce(verdict, policy, context, this.report));
  }
}
