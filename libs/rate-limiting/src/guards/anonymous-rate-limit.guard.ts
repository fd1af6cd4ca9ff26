import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '@financeops/core/config';
import { requestState } from '@financeops/tenancy/context';
import { addressGroup } from '../http/client-address';
import { RateLimiterService } from '../rate-limiter.service';
import { RefusalReport } from '../refusal-report';
import { GLOBAL_WINDOW } from '../windows/tenant-window';
import { MINUTE_MS, type WindowSpec } from '../windows/window';
import { enforce } from './enforce';
import { LimitedRoutes } from './limited-routes';

/**
 * Requests that come without a valid credential take a place in their address's window, before they are refused for
 * it; so do all requests to public routes, whatever they carry, so that nobody can spend a tenant's window by naming
 * the tenant.
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
    if (!isPublic && requestState(request).principal !== null) return true;
    return this.limited(context, request, isPublic ? route.windows : []);
  }

  private async limited(
    context: ExecutionContext,
    request: FastifyRequest,
    own: readonly WindowSpec[],
  ): Promise<boolean> {
    const shared = { name: GLOBAL_WINDOW, limit: this.limit, windowMs: MINUTE_MS };
    const verdict = await this.limiter.decide({
      owner: `address-${addressGroup(request.ip)}`,
      windows: [shared, ...own],
      countsCall: false,
    });
    return enforce(verdict, 'address', context, this.report);
  }
}
