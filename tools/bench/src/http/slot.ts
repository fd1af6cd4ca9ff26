import type { Redis } from 'ioredis';
import type { LoadGenerator } from '../load/load-generator';
import type { LoadOrder } from '../load/order';
import { redisCpu } from '../measure/redis-cpu';
import type { ServerProcess } from './server-process';

export interface HttpFigures {
  /** Requests a second. */
  rate: number;
  /** Microseconds of the server process's CPU a request. */
  cpu: number;
  /** Microseconds of Redis's CPU a request. */
  redis: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

/** One slot of load on a server. */
export const httpSlot = async (
  server: ServerProcess,
  generator: LoadGenerator,
  redis: Redis,
  order: Omit<LoadOrder, 'port'>,
): Promise<Record<keyof HttpFigures, number>> => {
  const [cpuBefore, redisBefore] = [await server.cpu(), await redisCpu(redis)];
  const { rate, replies, p50, p99 } = await generator.run({ ...order, port: server.port });
  const [cpuAfter, redisAfter] = [await server.cpu(), await redisCpu(redis)];
  return {
    rate,
    p50,
    p99,
    cpu: (cpuAfter - cpuBefore) / replies,
    redis: (redisAfter - redisBefore) / replies,
  };
};
