import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { accessRule, requiredFeature } from '@financeops/core/http';
import { requestState } from '@financeops/tenancy/context';
import { accessRefusal } from './access.rules';

/** Role, scope and tier: the last of the guards, after the rate limit. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  /** @throws DomainError `forbidden` or `feature-not-in-tier`. */
  canActivate(context: ExecutionContext): boolean {
    const state = requestState(context.switchToHttp().getRequest<object>());
    const refusal = accessRefusal({
      rule: accessRule(this.reflector, context),
      principal: state.principal,
      feature: requiredFeature(this.reflector, context),
      features: state.context?.tenant.getEffectiveLimits().features ?? [],
    });
    if (refusal !== null) throw refusal;
    return true;
  }
}
