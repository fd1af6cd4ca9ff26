import type { ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { requestState } from '@financeops/tenancy/context';
import { rateLimitHeaders, type PolicyName } from '../http/rate-limit-headers';
import { RateLimitedError } from '../rate-limited.error';
import type { RefusalReport } from '../refusal-report';
import { retryAfterSeconds, type RateLimitDecision } from '../windows/window';

/**
 * Tells the client how it stands, whatever the reply becomes, and the report of a refusal or of what a dry run spares.
 * @throws RateLimitedError for a refused request.
 */
export const enforce = (
  verdict: RateLimitDecision,
  policy: PolicyName,
  context: ExecutionContext,
  report: RefusalReport,
): true => {
  const http = context.switchToHttp();
  void http.getResponse<FastifyReply>().headers(rateLimitHeaders(verdict.windows, policy));
  if (verdict.allowed && verdict.overLimit === undefined) return true;
  const request = http.getRequest<FastifyRequest>();
  const { principal, context: tenancy, contradicted } = requestState(request);
  const full = verdict.windows.find((window) => window.full);
  report.refused({
    tenantId: policy === 'tenant' ? ((tenancy?.tenant ?? contradicted?.tenant)?.id ?? null) : null,
    actor: principal ?? contradicted?.principal ?? null,
    requestId: request.id,
    window: full?.name ?? policy,
    limit: full?.limit ?? 0,
    dryRun: verdict.allowed,
  });
  if (verdict.allowed) return true;
  throw new RateLimitedError(retryAfterSeconds(verdict));
};
