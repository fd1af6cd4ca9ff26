import cors, { type FastifyCorsOptions } from '@fastify/cors';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyPluginCallback, FastifyRequest, onRequestHookHandler } from 'fastify';
import { TenantResolverService, TenantMiddleware } from '@financeops/tenancy/resolution';

const EXPOSED = [
  'Location',
  'Retry-After',
  'X-Request-Id',
  'Idempotency-Replayed',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'RateLimit',
  'RateLimit-Policy',
];

/**
 * @fastify/cors for requests with an Origin alone. The others are the most, and it would take as long over one of them as
 * the search for its tenant does, only to say nothing.
 */
const forBrowsers: FastifyPluginCallback<FastifyCorsOptions> = (fastify, settings, done) => {
  const instance = Object.create(fastify) as typeof fastify;
  const addHook = (_name: string, hook: onRequestHookHandler) =>
    fastify.addHook('onRequest', function (request, reply, next) {
      if (request.headers.origin !== undefined) return hook.call(this, request, reply, next);
      // Caches must know that there might have been more.
      void reply.header('vary', 'Origin');
      next();
    });
  instance.addHook = addHook as typeof fastify.addHook;
  cors(instance, settings, done);
};
// As fastify-plugin marks what isn't to be shut off from the rest.
Object.assign(forBrowsers, { [Symbol.for('skip-override')]: true });

/**
 * Browsers may call from tenants' own hosts alone: the origin's host must name an active tenant, and the request's host
 * either the same one or none. Anything else gets no CORS headers.
 */
export const mountCors = async (app: NestFastifyApplication): Promise<void> => {
  const tenants = app.get(TenantMiddleware);
  const resolver = app.get(TenantResolverService);

  const isAllowed = async (request: FastifyRequest): Promise<boolean> => {
    const { origin } = request.headers;
    if (origin === undefined || !URL.canParse(origin)) return false;
    if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] === undefined)
      return false;
    const { host, protocol } = new URL(origin);
    if (protocol !== 'https:' && protocol !== 'http:') return false;
    const from = await resolver.resolveHost(tenants.hostClaim(host));
    if (from.context === null) return false;
    const asked = await tenants.resolveNames(request);
    return (
      asked.error === null && (asked.context === null || asked.context.tenant.id === from.context.tenant.id)
    );
  };

  const options = (origin: boolean): FastifyCorsOptions => ({
    origin,
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'X-API-Key',
      'X-Request-Id',
      'X-Tenant-ID',
    ],
    exposedHeaders: EXPOSED,
    maxAge: 600,
    strictPreflight: false,
  });

  await app.register(forBrowsers, {
    delegator: (request, done) => {
      isAllowed(request).then(
        (allowed) => done(null, options(allowed)),
        // Malformed names, or the directory can't be asked: no permission.
        () => done(null, options(false)),
      );
    },
  });
};
