import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { ModulesContainer, Reflector } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ErrorCode } from '@financeops/core/errors';
import {
  accessRuleOf,
  documentedProblems,
  routeHandlers,
  type AccessRule,
  type RouteHandler,
} from '@financeops/core/http';

/** What decorators of a route state beyond what the swagger module reads. */
export interface Route {
  /** In lower case. */
  method: string;
  /** As in the document, e.g. `/v1/payments/{id}`. */
  path: string;
  rule: AccessRule;
  problems: readonly ErrorCode[];
}

const pathOf = ({ controller, handler }: RouteHandler): string => {
  const parts = [controller, handler].map((target) => String(Reflect.getMetadata(PATH_METADATA, target)));
  const path = parts.flatMap((part) => part.split('/')).filter((segment) => segment !== '');
  return `/${path.join('/').replaceAll(/:(\w+)/g, '{$1}')}`;
};

/** All routes with an access rule. */
export const routesOf = (app: NestFastifyApplication): Route[] => {
  const reflector = app.get(Reflector);
  return routeHandlers(app.get(ModulesContainer)).flatMap((route) => {
    const { controller, handler } = route;
    const rule = accessRuleOf(reflector, handler, controller);
    if (rule === undefined) return [];
    const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod];
    return [
      {
        method: method.toLowerCase(),
        path: pathOf(route),
        rule,
        problems: documentedProblems(reflector, handler),
      },
    ];
  });
};
