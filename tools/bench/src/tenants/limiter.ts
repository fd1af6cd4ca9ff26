import type { Redis } from 'ioredis';
import { CHECKERS } from '../limiter/contenders';
import { load, prefillAll } from '../limiter/load';
import { growthPerTenant } from '../limiter/memory';
import { interleave } from '../measure/interleave';
import { tenantIds } from '../measure/tenant-ids';

/** So that few tenants can take all the load. */
const WINDOW = { limit: 10_000_000, windowMs: 60_000 };
const ENTRIES = 300;
/** So that none leaves while it is measured: how many leave a check depends on how often a tenant is checked. */
const SPAN_MS = 10_000;

/** The limiter with so many tenants, and what they take up in Redis. */
export const limiterByTenants = async (
  redisUrl: string,
  redis: Redis,
  counts: readonly number[],
  { ms, rounds }: { ms: number; rounds: number },
) => {
  const [ours, zset] = [
    await CHECKERS.ours(redisUrl, Date.now, WINDOW),
    await CHECKERS.zset(redisUrl, Date.now, WINDOW),
  ];
  try {
    const contenders = counts.map((count) => {
      const ids = tenantIds(count);
      const slot = async () => {
        await prefillAll(redis, ours, ids, ENTRIES, SPAN_MS);
        return load(redis, ours, ids, { inFlight: 200, ms });
      };
      return { name: String(count), slot };
    });
    await interleave(contenders, 1);
    const measured = await interleave(contenders, rounds);
    const bytes = new Map<number, { ours: number; zset: number }>();
    for (const count of counts) {
      bytes.set(count, {
        ours: await growthPerTenant(redis, ours, count, ENTRIES),
        zset: await growthPerTenant(redis, zset, count, ENTRIES),
      });
    }
    await redis.flushdb();
    return { measured, bytes };
  } finally {
    await ours.close();
    await zset.close();
  }
};
