import type { Cluster, Redis } from 'ioredis';

/** A single Redis, with or without replicas, or a cluster: `isCluster` tells which. */
export type RedisConnection = Redis | Cluster;
