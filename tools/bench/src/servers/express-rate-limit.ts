/** Express with express-rate-limit in Redis: a limiter and nothing else, neither token nor tenant. */
import express from 'express';
import { rateLimit } from 'express-rate-limit';
import { Redis } from 'ioredis';
import { RedisStore, type RedisReply } from 'rate-limit-redis';
import { setting } from './environment';
import { named } from './named-tenant';
import { meView } from './obvious/me';

const redis = new Redis(setting('REDIS_URL'));
const app = express();
app.use(
  rateLimit({
    windowMs: 60_000,
    limit: 1_000,
    keyGenerator: named,
    store: new RedisStore({
      sendCommand: (command: string, ...args: string[]) =>
        redis.call(command, ...args) as Promise<RedisReply>,
      prefix: 'express-limit:',
    }),
  }),
);
app.get('/v1/me', (request, reply) => {
  reply.json(meView('user', { id: named(request), slug: 'tenant', tier: 'ENTERPRISE' }));
});
app.listen(Number(setting('PORT')), '127.0.0.1');
