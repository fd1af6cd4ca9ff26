import { Redis } from 'ioredis';
import { keysLike, type MakeChecker } from './checker';
import { memberSource, prefillZset, ZSET_LUA } from './zset';

const USAGE_SECONDS = 120 * 86_400;

/** Tenant, limit and usage, each with the obvious command and one after another. */
export const obviousFlow: MakeChecker = (redisUrl, clock, { limit, windowMs }) => {
  const redis = new Redis(redisUrl);
  const member = memberSource();
  const cached = (tenantId: string) =>
    JSON.stringify({ id: tenantId, slug: `tenant-${tenantId}`, tier: 'ENTERPRISE', isActive: true, limit });
  return Promise.resolve({
    name: 'obvious flow: GET tenant, sorted set EVAL, HINCRBY, EXPIRE',
    prefill: async (tenantId, ages) => {
      await redis.set(`flow-tenant:${tenantId}`, cached(tenantId), 'EX', 300);
      await prefillZset(redis, `flow:${tenantId}`, ages, clock());
    },
    check: async (tenantId) => {
      const tenant = JSON.parse((await redis.get(`flow-tenant:${tenantId}`)) ?? cached(tenantId)) as {
        limit: number;
      };
      const now = clock();
      const [allowed] = (await redis.eval(
        ZSET_LUA,
        1,
        `flow:${tenantId}`,
        now,
        windowMs,
        tenant.limit,
        member(now),
      )) as [number];
      if (allowed !== 1) return false;
      const usage = `flow-usage:${tenantId}:${new Date(now).toISOString().slice(0, 7)}`;
      await redis.hincrby(usage, 'api_calls', 1);
      await redis.expire(usage, USAGE_SECONDS);
      return true;
    },
    keys: (tenantId) => keysLike(redis, `flow*:${tenantId}*`),
    close: () => redis.quit(),
  });
};
