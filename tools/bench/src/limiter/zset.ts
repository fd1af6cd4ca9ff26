import { Redis, type Result } from 'ioredis';
import { keysLike, type MakeChecker } from './checker';

/** The sorted-set log as it stands in many a blog: the client's clock, a member a request. */
export const ZSET_LUA = `
local now, window, limit = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], 0, now - window)
local count = redis.call('ZCARD', KEYS[1])
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2] or now
if count >= limit then return { 0, 0, oldest } end
redis.call('ZADD', KEYS[1], now, ARGV[4])
redis.call('PEXPIRE', KEYS[1], window)
return { 1, limit - count - 1, oldest }
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    zsetWindow(
      key: string,
      now: number,
      window: number,
      limit: number,
      member: string,
    ): Result<[number, number, string], Context>;
  }
}

const keyOf = (tenantId: string) => `zset:${tenantId}`;

/** A member must be new each time, over all processes. */
export const memberSource = () => {
  const writer = Math.random().toString(36).slice(2, 10);
  let count = 0;
  return (now: number) => `${now}-${writer}-${(count += 1)}`;
};

export const prefillZset = async (
  redis: Redis,
  key: string,
  ages: readonly number[],
  now: number,
): Promise<void> => {
  await redis.zadd(key, ...ages.flatMap((age, at) => [now - age, `${now - age}-prefilled-${at}`]));
};

/** The script alone; `by`: sent by its hash (EVALSHA) or as it stands in most examples, with its text (EVAL). */
const alone =
  (by: 'hash' | 'text'): MakeChecker =>
  (redisUrl, clock, { limit, windowMs }) => {
    const redis = new Redis(redisUrl);
    redis.defineCommand('zsetWindow', { numberOfKeys: 1, lua: ZSET_LUA });
    const member = memberSource();
    const ask = (key: string, now: number): Promise<[number, ...unknown[]]> =>
      by === 'hash'
        ? redis.zsetWindow(key, now, windowMs, limit, member(now))
        : (redis.eval(ZSET_LUA, 1, key, now, windowMs, limit, member(now)) as Promise<[number]>);
    return Promise.resolve({
      name: by === 'hash' ? 'the same script, EVALSHA' : 'sorted set, one Lua script, EVAL',
      prefill: (tenantId, ages) => prefillZset(redis, keyOf(tenantId), ages, clock()),
      check: async (tenantId) => (await ask(keyOf(tenantId), clock()))[0] === 1,
      keys: (tenantId) => keysLike(redis, `zset:${tenantId}`),
      close: () => redis.quit(),
    });
  };

export const zset = alone('text');
export const zsetByHash = alone('hash');
