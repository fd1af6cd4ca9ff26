import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { UnauthenticatedError } from '@financeops/core/errors';
import { accessRule } from '@financeops/core/http';
import { requestState } from '@financeops/tenancy/context';

/** Refuses a request that carries no valid credential where one is needed, or an invalid one anywhere it counts. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  /** @throws UnauthenticatedError */
  canActivate(context: ExecutionContext): boolean {
    const rule = accessRule(this.reflector, context);
    if (rule?.kind === 'operator') return true;
    // Refresh and logout: the token in the body is the credential, and the access token beside it has often expired.
    if (rule?.kind === 'public' && rule.tenant === 'none') return true;
    const { credentialError, principal } = requestState(context.switchToHttp().getRequest<object>());
    if (credentialError !== null) throw credentialError;
    if (principal === null && rule?.kind !== 'public') throw new UnauthenticatedError();
    return true;
  }
}
