import { setTimeout as sleep } from 'node:timers/promises';
import { retryAfterSeconds } from '@financeops/rate-limiting';
import { ours } from '../limiter/ours';

const WINDOW = { limit: 20, windowMs: 2_000 };

/**
 * Of so many tenants that fill their window at a pace of their own and are refused, how many are admitted when they come
 * back after exactly the seconds that `Retry-After` names.
 */
export const admittedAfterRetryAfter = async (redisUrl: string, tenants: number): Promise<number> => {
  const limiter = await ours(redisUrl, Date.now, WINDOW);
  const trial = async (_: unknown, at: number): Promise<boolean> => {
    const tenantId = `retry${at}`;
    let verdict = await limiter.decide(tenantId);
    while (verdict.allowed) {
      await sleep((at * 7) % 90);
      verdict = await limiter.decide(tenantId);
    }
    await sleep(retryAfterSeconds(verdict) * 1_000);
    return (await limiter.decide(tenantId)).allowed;
  };
  try {
    const outcomes = await Promise.all(Array.from({ length: tenants }, trial));
    return outcomes.filter((admitted) => admitted).length;
  } finally {
    await limiter.close();
  }
};
