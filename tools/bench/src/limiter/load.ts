import type { Redis } from 'ioredis';
import { redisCpu } from '../measure/redis-cpu';
import type { Checker } from './checker';

export interface LoadFigures {
  /** Checks a second. */
  rate: number;
  /** Microseconds of Redis's CPU a check. */
  redis: number;
  /** Microseconds of this process's CPU a check. */
  client: number;
}

/** Ages of `count` entries spread over the last 59 s, oldest first: in a window of 60 s some leave all the time. */
export const spreadAges = (count: number): number[] =>
  Array.from({ length: count }, (_, at) => Math.floor(59_000 - (at * 59_000) / count));

const ageList = new Map<number, number[]>();
const agesOf = (count: number): number[] => {
  const known = ageList.get(count) ?? spreadAges(count);
  ageList.set(count, known);
  return known;
};

/**
 * Gives every tenant `entries` live entries and has it checked once: the first check of a month makes a counter, which no
 * other does. Nothing else is left in Redis.
 */
export const prefillAll = async (
  redis: Redis,
  checker: Checker,
  tenantIds: readonly string[],
  entries: number,
): Promise<void> => {
  await redis.flushdb();
  for (let at = 0; at < tenantIds.length; at += 100) {
    await Promise.all(tenantIds.slice(at, at + 100).map((id) => checker.prefill(id, agesOf(entries))));
    await Promise.all(tenantIds.slice(at, at + 100).map((id) => checker.check(id)));
  }
};

/**
 * Keeps `inFlight` checks under way for `ms` milliseconds, tenants in turn from a shuffled order.
 * @throws Error when one is refused: refusals are cheap and would be measured as checks
 */
export const load = async (
  redis: Redis,
  checker: Checker,
  tenantIds: readonly string[],
  { inFlight, ms }: { inFlight: number; ms: number },
): Promise<LoadFigures> => {
  let next = 0;
  let done = 0;
  let end = Infinity;
  const worker = async (): Promise<void> => {
    while (performance.now() < end) {
      const tenantId = tenantIds[(next += 1) % tenantIds.length]!;
      if (!(await checker.check(tenantId)))
        throw new Error(`${checker.name} refused a request within its limit`);
      done += 1;
    }
  };
  const redisBefore = await redisCpu(redis);
  const ownBefore = process.cpuUsage();
  const begun = performance.now();
  end = begun + ms;
  await Promise.all(Array.from({ length: inFlight }, worker));
  const elapsed = performance.now() - begun;
  const own = process.cpuUsage(ownBefore);
  return {
    rate: (done / elapsed) * 1_000,
    redis: ((await redisCpu(redis)) - redisBefore) / done,
    client: (own.user + own.system) / done,
  };
};
