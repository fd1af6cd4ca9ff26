import type { ExecutionContext } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { rateLimitHeaders, type PolicyName } from '../http/rate-limit-headers';
import { RateLimitedError } from '../rate-limited.error';
import { retryAfterSeconds, type Verdict } from '../windows/window';

/** Tells the client how it stands, whatever the reply becomes. @throws RateLimitedError for a refused request. */
export const enforce = (verdict: Verdict, policy: PolicyName, context: ExecutionContext): true => {
  void context.switchToHttp().getResponse<FastifyReply>().headers(rateLimitHeaders(verdict.windows, policy));
  if (!verdict.allowed) throw new RateLimitedError(retryAfterSeconds(verdict));
  return true;
};
