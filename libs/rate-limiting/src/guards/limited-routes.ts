import type { ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { accessRuleOf, type AccessRule } from '@financeops/core/http';
import { routeLimit, skipsRateLimit } from '../rate-limit.decorators';
import type { WindowSpec } from '../windows/window';

/** How a route is limited, by its decorators. */
export interface LimitedRoute {
  kind: AccessRule['kind'];
  /** Its own windows: none or one. */
  windows: readonly WindowSpec[];
}

type Controller = ReturnType<ExecutionContext['getClass']>;
type Handler = ReturnType<ExecutionContext['getHandler']>;

/** Decorators never change, so each route's are read once. */
export class LimitedRoutes {
  private readonly known = new WeakMap<Controller, Map<Handler, LimitedRoute | null>>();

  constructor(private readonly reflector: Reflector) {}

  /** `null`: the route is not limited at all. */
  of(context: ExecutionContext): LimitedRoute | null {
    const controller = context.getClass();
    const handler = context.getHandler();
    let routes = this.known.get(controller);
    if (routes === undefined) {
      routes = new Map();
      this.known.set(controller, routes);
    }
    let route = routes.get(handler);
    if (route === undefined) {
      route = this.read(handler, controller);
      routes.set(handler, route);
    }
    return route;
  }

  private read(handler: Handler, controller: Controller): LimitedRoute | null {
    const rule = accessRuleOf(this.reflector, handler, controller);
    if (rule?.kind === 'operator' || skipsRateLimit(this.reflector, handler, controller)) return null;
    const own = routeLimit(this.reflector, handler, controller);
    return {
      // A route without a rule doesn't get past the boot; here it would be limited like any protected one.
      kind: rule?.kind ?? 'any',
      windows: own === undefined ? [] : [{ ...own, name: own.name ?? `${controller.name}.${handler.name}` }],
    };
  }
}
