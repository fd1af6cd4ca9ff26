import type { Redis } from 'ioredis';
import { redisMemory } from '../measure/redis-memory';
import { tenantIds } from '../measure/tenant-ids';
import type { Checker } from './checker';
import { prefillAll } from './load';

/** Bytes of all keys that Redis keeps of one tenant with so many live entries (MEMORY USAGE), after one more request. */
export const bytesOfTenant = async (redis: Redis, checker: Checker, entries: number): Promise<number> => {
  const [id] = tenantIds(1) as [string];
  await prefillAll(redis, checker, [id], entries - 2);
  await checker.check(id);
  let bytes = 0;
  for (const key of await checker.keys(id)) bytes += (await redis.memory('USAGE', key, 'SAMPLES', 0)) ?? 0;
  return bytes;
};

/** By how much the server's memory grows per tenant, with so many tenants of so many entries. */
export const growthPerTenant = async (
  redis: Redis,
  checker: Checker,
  tenants: number,
  entries: number,
): Promise<number> => {
  await redis.flushdb('SYNC');
  const before = await redisMemory(redis);
  await prefillAll(redis, checker, tenantIds(tenants), entries);
  return ((await redisMemory(redis)) - before) / tenants;
};
