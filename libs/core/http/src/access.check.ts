import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer, Reflector } from '@nestjs/core';
import { accessRuleOf } from './access';
import { routeHandlers } from './route-handlers';

/** Fails the start if a route has no access rule, so that a forgotten rule never leaves a route open. */
@Injectable()
export class AccessRuleCheck implements OnModuleInit {
  constructor(
    private readonly modules: ModulesContainer,
    private readonly reflector: Reflector,
  ) {}

  /** @throws Error that lists every route without an access rule. */
  onModuleInit(): void {
    const open = routeHandlers(this.modules)
      .filter(({ controller, handler }) => accessRuleOf(this.reflector, handler, controller) === undefined)
      .map(({ controller, handler }) => `${controller.name}.${handler.name}`);
    if (open.length > 0) {
      throw new Error(
        `Routes without an access rule: ${open.join(', ')}. Put one of @Public, @AnyPrincipal, @AnyRole, @Roles or ` +
          '@OperatorRoute (core/http) on the handler.',
      );
    }
  }
}
