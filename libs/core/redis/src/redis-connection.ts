import { Cluster, type Redis } from 'ioredis';

/** A single Redis, with or without replicas, or a cluster: `isCluster` tells which. */
export type RedisConnection = Redis | Cluster;

/** Milliseconds after which a command of the connection gives up; `undefined`: never. */
export const commandTimeoutOf = (redis: RedisConnection): number | undefined =>
  redis instanceof Cluster ? redis.options.redisOptions?.commandTimeout : redis.options.commandTimeout;
