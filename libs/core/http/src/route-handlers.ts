import type { Type } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants';
import { DiscoveryService, MetadataScanner, type ModulesContainer } from '@nestjs/core';

export interface RouteHandler {
  controller: Type;
  handler: (...args: unknown[]) => unknown;
}

/** The handlers of all routes. Reads decorators only: no controller needs to be instantiated. */
export const routeHandlers = (modules: ModulesContainer): RouteHandler[] =>
  new DiscoveryService(modules).getControllers().flatMap(({ metatype }) => {
    if (typeof metatype !== 'function') return [];
    const prototype = metatype.prototype as Record<string, RouteHandler['handler'] | undefined>;
    return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      const isRoute = handler !== undefined && Reflect.hasMetadata(METHOD_METADATA, handler);
      return isRoute ? [{ controller: metatype as Type, handler }] : [];
    });
  });
