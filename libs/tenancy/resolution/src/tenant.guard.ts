import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '@financeops/core/errors';
import { accessRule } from '@financeops/core/http';
import { requestState, type RequestState } from '@financeops/tenancy/context';
import { logOf, ResolutionAudit } from './resolution-audit';

const required = () =>
  new DomainError(
    'tenant-required',
    "Name a tenant: by a token or API key of the tenant, X-Tenant-ID, or the tenant's own host.",
  );

/** Refuses requests whose names contradict each other, are nobody's or an inactive tenant's, or are missing. */
@Injectable()
export class TenantGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly audit: ResolutionAudit,
  ) {}

  /** At once unless something is wrong. @throws DomainError */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const rule = accessRule(this.reflector, context);
    if (rule === undefined || rule.kind === 'operator') return true;
    if (rule.kind === 'public' && rule.tenant === 'none') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const state = requestState(request);
    if (state.tenantError !== null) return this.refuse(request, state, state.tenantError);
    const needsTenant = rule.kind === 'tenant' || (rule.kind === 'public' && rule.tenant === 'required');
    if (needsTenant && state.context === null) throw required();
    return true;
  }

  private async refuse(
    request: FastifyRequest,
    { principal, claims }: RequestState,
    error: DomainError,
  ): Promise<never> {
    await this.audit.record({
      action: error.code === 'tenant-mismatch' ? 'tenant.mismatch' : 'tenant.resolution-failed',
      tenantId: logOf(principal),
      actor: principal,
      requestId: request.id,
      details: { ...claims, reason: error.code },
    });
    throw error;
  }
}
