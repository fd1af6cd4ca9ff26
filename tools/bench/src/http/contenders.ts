import path from 'node:path';
import type { Fixture } from '../platform/fixture';
import { platformPlan } from '../platform/plan';
import type { ServerPlan } from './server-process';

const SERVERS = path.join(__dirname, '../servers');

/** `needs`: who the request is from, a verified token; or whose it claims to be, X-Tenant-ID (limiters alone). */
export type HttpContender = ServerPlan & { key: ContenderKey; needs: 'token' | 'name' };

export type ContenderKey =
  | 'platform'
  | 'nestExpress'
  | 'nestExpressKey'
  | 'nestFastify'
  | 'nestFastifyKey'
  | 'throttler'
  | 'fastifyLimit'
  | 'expressLimit'
  | 'physical';

export const httpContenders = (fixture: Fixture, redisUrl: string): HttpContender[] => {
  const env = { REDIS_URL: redisUrl, MONGODB_URI: fixture.mongodbUri, JWT_SECRET: fixture.jwtSecret };
  const obvious = (adapter: 'express' | 'fastify', secretAs: 'string' | 'key') => ({
    name: `Nest on ${adapter}, the obvious flow${secretAs === 'key' ? ', secret as a KeyObject' : ''}`,
    module: path.join(SERVERS, 'obvious/main.js'),
    env: { ...env, ADAPTER: adapter, SECRET_AS: secretAs },
    needs: 'token' as const,
  });
  const limiter = (name: string, file: string) => ({
    name,
    module: path.join(SERVERS, file),
    env,
    needs: 'name' as const,
  });
  return [
    { key: 'platform', needs: 'token', ...platformPlan(fixture, redisUrl) },
    { key: 'nestExpress', ...obvious('express', 'string') },
    { key: 'nestExpressKey', ...obvious('express', 'key') },
    { key: 'nestFastify', ...obvious('fastify', 'string') },
    { key: 'nestFastifyKey', ...obvious('fastify', 'key') },
    {
      key: 'throttler',
      ...limiter('limiter alone: Nest on express + @nestjs/throttler', 'nest-throttler.js'),
    },
    {
      key: 'fastifyLimit',
      ...limiter('limiter alone: fastify + @fastify/rate-limit', 'fastify-rate-limit.js'),
    },
    {
      key: 'expressLimit',
      ...limiter('limiter alone: express + express-rate-limit', 'express-rate-limit.js'),
    },
    { key: 'physical', ...limiter('physical limit: node:http + one EVALSHA', 'physical.js') },
  ];
};
