import { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { keysLike, type MakeChecker } from './checker';

/** rate-limiter-flexible with its defaults: a counter a fixed window. */
export const flexible: MakeChecker = (redisUrl, _clock, { limit, windowMs }) => {
  const redis = new Redis(redisUrl);
  const limiter = new RateLimiterRedis({
    storeClient: redis,
    keyPrefix: 'flexible',
    points: limit,
    duration: windowMs / 1_000,
  });
  return Promise.resolve({
    name: 'rate-limiter-flexible (fixed window)',
    prefill: (tenantId, ages) => limiter.set(tenantId, ages.length, windowMs / 1_000),
    check: async (tenantId) => {
      try {
        await limiter.consume(tenantId);
        return true;
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return false;
        throw refusal;
      }
    },
    keys: (tenantId) => keysLike(redis, `flexible:${tenantId}`),
    close: () => redis.quit(),
  });
};
