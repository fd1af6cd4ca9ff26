import { SetMetadata } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { GLOBAL_WINDOW } from './windows/tenant-window';
import { assertKeepable } from './windows/window';

const SKIP = 'financeops:skip-rate-limit';
const OWN = 'financeops:rate-limit';

export interface RouteLimit {
  /** Places in any `windowMs`, per tenant (per address on a public route). */
  limit: number;
  /** Milliseconds, an hour at most. */
  windowMs: number;
  /** Places that one request takes in this window (1 unless told); in the tenant's it always takes one. */
  cost?: number;
  /** In the key and the headers; `<controller>.<handler>` unless told. Routes of one name share the window. */
  name?: string;
}

/**
 * A window of the route's own, beside the tenant's and decided with it.
 * @throws RangeError at start for values that can't be kept.
 */
export const RateLimit = (route: RouteLimit) => {
  const { name = 'route' } = route;
  assertKeepable({ ...route, name });
  if (!/^[\w.-]+$/.test(name) || name === GLOBAL_WINDOW)
    throw new RangeError(`${name} can't name a rate limit`);
  return SetMetadata(OWN, route);
};

/** No limit, no headers, not one of `api_calls`: for health and the like. */
export const SkipRateLimit = () => SetMetadata(SKIP, true);

type Target = Parameters<Reflector['get']>[1];

export const skipsRateLimit = (reflector: Reflector, handler: Target, controller: Target): boolean =>
  reflector.getAllAndOverride<boolean | undefined>(SKIP, [handler, controller]) ?? false;

export const routeLimit = (
  reflector: Reflector,
  handler: Target,
  controller: Target,
): RouteLimit | undefined => reflector.getAllAndOverride<RouteLimit | undefined>(OWN, [handler, controller]);
