import path from 'node:path';
import { DIST } from '../environment/paths';
import type { ServerPlan } from '../http/server-process';
import type { Fixture } from './fixture';

/** The platform's API as it is deployed: all guards, its access log written (to nowhere), its metrics kept. */
export const platformPlan = (fixture: Fixture, redisUrl: string): ServerPlan => ({
  name: 'this platform: the whole API',
  module: path.join(DIST, 'apps/api/src/main.js'),
  // As the Dockerfile starts it.
  nodeArgs: ['--max-semi-space-size=32'],
  env: {
    HOST: '127.0.0.1',
    MONGODB_URI: fixture.mongodbUri,
    REDIS_URL: redisUrl,
    // Patient: a busy machine is no outage, and requests let through without Redis would be counted as limited ones.
    REDIS_TIMEOUT_MS: '5000',
    JWT_SECRET: fixture.jwtSecret,
    ENCRYPTION_KEY: fixture.encryptionKey,
    LOG_LEVEL: 'info',
  },
});
