import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { UnauthenticatedError } from '@financeops/core/errors';
import { accessRule } from '@financeops/core/http';
import type { FastifyRequest } from 'fastify';
import { requestState } from '@financeops/tenancy/context';
import { logOf, ResolutionAudit } from '@financeops/tenancy/resolution';

/** Refuses a request that carries no valid credential where one is needed, or an invalid one anywhere it counts. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly audit: ResolutionAudit,
  ) {}

  /** @throws UnauthenticatedError */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const rule = accessRule(this.reflector, context);
    if (rule?.kind === 'operator') return true;
    // Refresh and logout: the token in the body is the credential, and the access token beside it has often expired.
    if (rule?.kind === 'public' && rule.tenant === 'none') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { credentialError, principal, contradicted } = requestState(request);
    if (credentialError !== null && contradicted !== undefined)
      return this.refuseContradiction(request, credentialError);
    if (credentialError !== null) throw credentialError;
    if (principal === null && rule?.kind !== 'public') throw new UnauthenticatedError();
    return true;
  }

  /** An API key beside the header of another tenant: a 401 like any bad credential, but on record. */
  private async refuseContradiction(request: FastifyRequest, error: Error): Promise<never> {
    const { contradicted, claims } = requestState(request);
    const principal = contradicted?.principal ?? null;
    await this.audit.record({
      action: 'tenant.mismatch',
      tenantId: logOf(principal),
      actor: principal,
      requestId: request.id,
      details: claims,
    });
    throw error;
  }
}
