import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Redis } from 'ioredis';
import { ObservabilityModule } from '@financeops/core/observability';
import { REDIS, RedisModule } from '@financeops/core/redis';
import {
  RateLimiterService,
  RateLimitModule,
  RedisWindows,
  RefusalReport,
  UncountedCalls,
  type RateLimitDecision,
} from '@financeops/rate-limiting';
import { keysLike, type Checker, type Clock, type Window } from './checker';

/** Nobody to tell: only the decisions are measured. */
const deaf = { add: () => undefined, refused: () => undefined };

@Module({
  providers: [
    { provide: UncountedCalls, useValue: deaf },
    { provide: RefusalReport, useValue: deaf },
  ],
  exports: [UncountedCalls, RefusalReport],
})
class Ports {}

/** The API's own limiter, put together by the API's own modules; asked as its guard asks it. */
export const ours = async (
  redisUrl: string,
  _clock: Clock,
  { limit, windowMs }: Window,
): Promise<Checker & { decide(owner: string): Promise<RateLimitDecision> }> => {
  @Module({
    imports: [
      ObservabilityModule,
      // Patient: a busy machine is no outage, and decisions made without Redis would be measured as Redis's.
      RedisModule.forRoot({ url: redisUrl, timeoutMs: 5_000 }),
      RateLimitModule.forRoot([Ports]),
    ],
  })
  class Limits {}
  const app = await NestFactory.createApplicationContext(Limits, { logger: ['error', 'warn'] });
  const limiter = app.get(RateLimiterService);
  const redis = app.get<Redis>(REDIS);
  if (redis.status !== 'ready') await new Promise((resolve) => redis.once('ready', resolve));
  const windows = new RedisWindows(redis);
  const decide = (owner: string): Promise<RateLimitDecision> =>
    limiter.decide({ owner, windows: [{ name: 'global', limit, windowMs }], countsCall: true });
  return {
    name: 'this platform (exact log and api_calls)',
    prefill: (owner, ages) => {
      const now = performance.now();
      const takenAt = ages.map((age) => now - age);
      return windows.restore([{ owner, name: 'global', windowMs, takenAt }], now);
    },
    check: async (owner) => (await decide(owner)).allowed,
    decide,
    keys: (owner) => keysLike(redis, `*{${owner}}*`),
    close: () => app.close(),
  };
};
