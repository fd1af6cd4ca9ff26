/** Fastify with @fastify/rate-limit in Redis: a limiter and nothing else, neither token nor tenant. */
import rateLimit from '@fastify/rate-limit';
import fastify from 'fastify';
import { Redis } from 'ioredis';
import { setting } from './environment';
import { named } from './named-tenant';
import { meView } from './obvious/me';

const main = async (): Promise<void> => {
  const app = fastify();
  await app.register(rateLimit, {
    max: 1_000,
    timeWindow: 60_000,
    redis: new Redis(setting('REDIS_URL')),
    nameSpace: 'fastify-limit:',
    keyGenerator: named,
  });
  app.get('/v1/me', (request) => meView('user', { id: named(request), slug: 'tenant', tier: 'ENTERPRISE' }));
  await app.listen({ port: Number(setting('PORT')), host: '127.0.0.1' });
};

void main();
