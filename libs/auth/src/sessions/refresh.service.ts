import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '@financeops/core/errors';
import { ResolutionAudit, TenantMiddleware } from '@financeops/tenancy/resolution';
import { userKeyOf } from '../accounts/user-record.store';
import { agreesWithNames } from './named-tenant.rules';
import { SessionService } from './session.service';
import type { TokenPair } from './token-pair';

/** Refreshing over HTTP: what header and host name must agree with the session's tenant, as with any credential. */
@Injectable()
export class RefreshService {
  constructor(
    private readonly sessions: SessionService,
    private readonly middleware: TenantMiddleware,
    private readonly audit: ResolutionAudit,
  ) {}

  /** @throws UnauthenticatedError, DomainError `tenant-mismatch` or `tenant-inactive`. */
  async refresh(token: string, request: FastifyRequest): Promise<TokenPair> {
    const names = await this.middleware.resolveNames(request);
    return this.sessions.refresh(token, async ({ person }) => {
      const { tenantId } = userKeyOf(person);
      if (agreesWithNames(names, tenantId)) return;
      await this.audit.record({
        action: 'tenant.mismatch',
        tenantId,
        actor: person,
        requestId: request.id,
        details: { ...names.claims, 'refresh-token': tenantId ?? '' },
      });
      throw new DomainError(
        'tenant-mismatch',
        'The refresh token, the X-Tenant-ID header and the host of a request must all name the same tenant.',
      );
    });
  }
}
