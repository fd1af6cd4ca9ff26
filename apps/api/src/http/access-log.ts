import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Metrics } from '@financeops/core/observability';
import { requestState } from '@financeops/tenancy/context';
import { isOperatorPath } from './operator-paths';

/** An API key, refresh token or access token that was sent where an id belongs. */
const CREDENTIAL = /\b(?:sk|rt)_[0-9a-f]+_[\w-]+|\beyJ[\w-]+\.[\w-]+(?:\.[\w-]+)?/g;

/** One line and one observation per request: who, for which tenant, how that was found out, and how it ended. */
@Injectable()
export class AccessLog {
  private readonly duration;

  constructor(metrics: Metrics) {
    this.duration = metrics.histogram({
      name: 'http_request_duration_seconds',
      help: 'Duration of requests by route, method and status',
      labelNames: ['route', 'method', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    });
  }

  write(request: FastifyRequest, reply: FastifyReply): void {
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
    const { elapsedTime, statusCode } = reply;
    this.duration.observe({ route, method: request.method, status: statusCode }, elapsedTime / 1_000);
    if (isOperatorPath(request.url)) return;
    const { principal, context } = requestState(request);
    request.log.info(
      {
        method: request.method,
        // Without the query, which may hold data.
        path: request.url.split('?', 1)[0]!.replace(CREDENTIAL, '***'),
        route,
        status: statusCode,
        ms: Math.round(elapsedTime * 10) / 10,
        ip: request.ip,
        principal: principal === null ? null : `${principal.type}:${principal.id}`,
        tenantId: context?.tenant.id ?? null,
        resolvedVia: context?.resolvedVia ?? null,
      },
      'request',
    );
  }
}
