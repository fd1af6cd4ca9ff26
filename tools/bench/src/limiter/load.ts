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

/** A window of 60 s, some of whose entries leave all the time. */
const ALL_OF_THE_WINDOW_MS = 59_000;

/** Ages of `count` entries spread over the last `spanMs`, oldest first. */
const spreadAges = (count: number, spanMs = ALL_OF_THE_WINDOW_MS): number[] =>
  Array.from({ length: count }, (_, at) => Math.floor(spanMs - (at * spanMs) / count));

/**
 * Gives every tenant `entries` live entries and has it checked once: the first check of a month makes a counter, which no
 * other does. Nothing else is left in Redis.
 */
export const prefillAll = async (
  redis: Redis,
  checker: Checker,
  tenantIds: readonly string[],
  entries: number,
  spanMs?: number,
): Promise<void> => {
  const ages = spreadAges(entries, spanMs);
  await redis.flushdb();
  for (let at = 0; at < tenantIds.length; at += 100) {
    await Promise.all(tenantIds.slice(at, at + 100).map((id) => checker.prefill(id, ages)));
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
