import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Histogram } from 'prom-client';
import type { Metrics } from '@financeops/core/observability';
import { requestState } from '@financeops/tenancy/context';
import { isOperatorPath } from './operator-paths';

/** API keys, refresh tokens and access tokens, in case one is sent in the path. */
const CREDENTIAL = /\b(?:sk|rt)_[0-9a-f]+_[\w-]+|\beyJ[\w-]+\.[\w-]+(?:\.[\w-]+)?/g;

/** The path without the query, which may contain personal data. */
const pathOf = (url: string): string => {
  const query = url.indexOf('?');
  return (query < 0 ? url : url.slice(0, query)).replace(CREDENTIAL, '***');
};

/** One log line and one metric observation per request: the caller, the tenant, how it was resolved, and the reply. */
export class AccessLog {
  private readonly lines: Logger;
  private readonly duration;
  private readonly series = new Map<string, Histogram.Internal<'route' | 'method' | 'status'>>();

  constructor(logger: Logger, metrics: Metrics) {
    // No redaction needed: of these fields only the path comes from the client, and `pathOf` masks it.
    this.lines = logger.child({}, { redact: [] });
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
    this.observe(route, request.method, statusCode, elapsedTime / 1_000);
    if (isOperatorPath(request.url)) return;
    const { principal, context } = requestState(request);
    this.lines.info(
      {
        reqId: request.id,
        method: request.method,
        path: pathOf(request.url),
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

  private observe(route: string, method: string, status: number, seconds: number): void {
    const key = `${status} ${method} ${route}`;
    let series = this.series.get(key);
    if (series === undefined) {
      series = this.duration.labels({ route, method, status });
      this.series.set(key, series);
    }
    series.observe(seconds);
  }
}
