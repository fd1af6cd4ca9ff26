import { Redis, type Result } from 'ioredis';
import { keysLike, type MakeChecker } from './checker';

/** The generic cell rate algorithm (as redis-cell has it): one number, the theoretical arrival time. */
const GCRA_LUA = `
local now, window, limit = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local spacing = window / limit
local tat = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
if tat + spacing - now > window then return 0 end
redis.call('SET', KEYS[1], tat + spacing, 'PX', window)
return 1
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    gcra(key: string, now: number, window: number, limit: number): Result<number, Context>;
  }
}

export const gcra: MakeChecker = (redisUrl, clock, { limit, windowMs }) => {
  const redis = new Redis(redisUrl);
  redis.defineCommand('gcra', { numberOfKeys: 1, lua: GCRA_LUA });
  return Promise.resolve({
    name: 'GCRA, one Lua script',
    prefill: (tenantId, ages) =>
      redis.set(`gcra:${tenantId}`, clock() + (ages.length * windowMs) / limit, 'PX', windowMs),
    check: async (tenantId) => (await redis.gcra(`gcra:${tenantId}`, clock(), windowMs, limit)) === 1,
    keys: (tenantId) => keysLike(redis, `gcra:${tenantId}`),
    close: () => redis.quit(),
  });
};
