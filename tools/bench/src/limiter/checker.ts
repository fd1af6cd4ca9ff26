import type { Redis } from 'ioredis';

const WINDOW_MS = 60_000;
const LIMIT = 1_000;

/** A way to limit tenants, as an application would use it. */
export interface Checker {
  name: string;
  /** Gives the tenant `ages.length` live entries, taken so many milliseconds ago, oldest first. */
  prefill(tenantId: string, ages: readonly number[]): Promise<unknown>;
  /** One request of the tenant: whether it is admitted. */
  check(tenantId: string): Promise<boolean>;
  /** Keys that hold what is known of the tenant. */
  keys(tenantId: string): Promise<string[]>;
  close(): Promise<unknown>;
}

/** The time of day for clients that use their own clock; exactness moves it. */
export type Clock = () => number;

export interface Window {
  limit: number;
  windowMs: number;
}

export const A_MINUTE: Window = { limit: LIMIT, windowMs: WINDOW_MS };

export type MakeChecker = (redisUrl: string, clock: Clock, window: Window) => Promise<Checker>;

export const keysLike = async (redis: Redis, pattern: string): Promise<string[]> => redis.keys(pattern);
