import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '@financeops/core/config';
import { requestState } from '@financeops/tenancy/context';
import { addressGroup } from '../http/client-address';
import type { PolicyName } from '../http/rate-limit-headers';
import { RateLimiterService } from '../rate-limiter.service';
import { RefusalReport } from '../refusal-report';
import { GLOBAL_WINDOW } from '../windows/tenant-window';
import { MINUTE_MS, type RateLimitRequest, type WindowSpec } from '../windows/window';
import { enforce } from './enforce';
import { LimitedRoutes } from './limited-routes';
import { limitsOf } from './principal-limits';

/**
 * Pays for requests that will be refused before the tenant's rate limit counts them, and for public ones:
 * - without a valid credential: a place in the window of the address;
 * - with a valid credential that the header or host contradicts: a place in the credential's own window;
 * - to a public route: a place in the window of the address, so that naming a tenant never spends the tenant's.
 */
@Injectable()
export class AnonymousRateLimitGuard implements CanActivate {
  private readonly routes: LimitedRoutes;
  private readonly limit: number;

  constructor(
    reflector: Reflector,
    @Inject(CONFIG) config: Config,
    private readonly limiter: RateLimiterService,
    private readonly report: RefusalReport,
  ) {
    this.routes = new LimitedRoutes(reflector);
    this.limit = config.ANONYMOUS_REQUESTS_PER_MINUTE;
  }

  /** At once for requests with a valid credential. @throws RateLimitedError */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const route = this.routes.of(context);
    if (route === null) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const isPublic = route.kind === 'public';
    const { principal, contradicted } = requestState(request);
    if (!isPublic && contradicted !== undefined) {
      const limits = limitsOf(contradicted.principal, contradicted.tenant, []);
      // It will be refused, so it is no call that the tenant made.
      if (limits !== null)
        return this.decide({ ...limits.question, countsCall: false }, limits.policy, context);
    }
    if (!isPublic && principal !== null) return true;
    return this.limited(context, request, isPublic ? route.windows : []);
  }

  private limited(
    context: ExecutionContext,
    request: FastifyRequest,
    own: readonly WindowSpec[],
  ): Promise<boolean> {
    const shared = { name: GLOBAL_WINDOW, limit: this.limit, windowMs: MINUTE_MS };
    const owner = `address-${addressGroup(request.ip)}`;
    return this.decide({ owner, windows: [shared, ...own], countsCall: false }, 'address', context);
  }

  private async decide(
    question: RateLimitRequest,
    policy: PolicyName,
    context: ExecutionContext,
  ): Promise<boolean> {
    return enforce(await this.limiter.decide(question), policy, context, this.report);
  }
}
