import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { TenantResolverService, TenantMiddleware } from '@financeops/tenancy/resolution';

const EXPOSED_HEADERS = [
  'Location',
  'Retry-After',
  'X-Request-Id',
  'Idempotency-Replayed',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'RateLimit',
  'RateLimit-Policy',
].join(', ');

const PREFLIGHT_HEADERS = {
  'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers':
    'Authorization, Content-Type, Idempotency-Key, X-API-Key, X-Request-Id, X-Tenant-ID',
  'access-control-max-age': '600',
  'content-length': '0',
};

/**
 * Browsers may call from tenants' own hosts only: the origin's host must name an active tenant, and the request's host the
 * same one or none. Any other origin gets no CORS headers. Not @fastify/cors: it runs for requests without an `Origin` too,
 * most of them, and takes as long as finding the tenant.
 */
export const mountCors = (app: NestFastifyApplication): void => {
  const fastify = app.getHttpAdapter().getInstance();
  const tenants = app.get(TenantMiddleware);
  const resolver = app.get(TenantResolverService);

  const isAllowed = async (origin: string, request: FastifyRequest): Promise<boolean> => {
    if (!URL.canParse(origin)) return false;
    if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] === undefined)
      return false;
    const { host, protocol } = new URL(origin);
    if (protocol !== 'https:' && protocol !== 'http:') return false;
    const from = await resolver.resolveHost(tenants.hostClaim(host));
    if (from.context === null) return false;
    const target = await tenants.resolveNames(request);
    return (
      target.error === null &&
      (target.context === null || target.context.tenant.id === from.context.tenant.id)
    );
  };

  fastify.addHook('onRequest', (request, reply, done) => {
    // On every reply, so that a cache doesn't serve one without CORS headers to a browser that needs them.
    void reply.header('vary', 'Origin');
    const { origin } = request.headers;
    if (origin === undefined) return done();
    const allow = (): void => {
      void reply.header('access-control-allow-origin', origin);
      void reply.header('access-control-expose-headers', EXPOSED_HEADERS);
      if (request.method !== 'OPTIONS') return done();
      void reply.code(204).headers(PREFLIGHT_HEADERS).send();
    };
    isAllowed(origin, request).then(
      (allowed) => (allowed ? allow() : done()),
      // Malformed names, or a directory that doesn't answer.
      () => done(),
    );
  });
  // Preflights are answered by the hook; any other OPTIONS request is for no route.
  fastify.options('*', (_request, reply) => reply.callNotFound());
};
