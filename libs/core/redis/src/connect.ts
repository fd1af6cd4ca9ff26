import { Logger } from '@nestjs/common';
import { Cluster, Redis, type ClusterOptions, type RedisOptions } from 'ioredis';
import type { RedisConnection } from './redis-connection';
import { parseNodes, type ClusterNode } from './cluster-nodes';
import { withHeartbeat } from './heartbeat';

/** Milliseconds that a command may take, by default, before the caller goes on without Redis. */
export const REDIS_COMMAND_TIMEOUT_MS = 40;

/**
 * Milliseconds that a timer of ioredis holds a process after `disconnect()` when the peer doesn't hang up, or has done so
 * before. By default 2 s: longer than Jest waits for its workers to end.
 */
const DISCONNECT_TIMEOUT_MS = 200;

/** An error that lasts longer than this is an outage. */
const OUTAGE_MS = 500;

export interface RedisSettings {
  url: string;
  /** `host:port` each; when there are any, it is a cluster, and `url` isn't used. */
  clusterNodes?: readonly string[];
  /** Instead of REDIS_COMMAND_TIMEOUT_MS. */
  timeoutMs?: number;
}

const retryStrategy = (attempt: number): number => Math.min(100 * attempt, 1_000);

/** Milliseconds between two reconnections because of what was answered; many commands get the same answer at once. */
const RECONNECT_EVERY_MS = 1_000;

/** A master that has become a replica: what its address or its proxy leads to by now is another. */
const reconnectToMaster = (): ((error: Error) => boolean) => {
  let last = -Infinity;
  return ({ message }) => {
    if (!message.startsWith('READONLY') || performance.now() - last < RECONNECT_EVERY_MS) return false;
    last = performance.now();
    return true;
  };
};

const command = (commandTimeout: number): RedisOptions => ({
  // With the defaults a dead Redis costs 10 s a call; so a closed port costs about 1 ms, a silent peer the timeout.
  enableOfflineQueue: false,
  commandTimeout,
  connectTimeout: 1_000,
  disconnectTimeout: DISCONNECT_TIMEOUT_MS,
  maxRetriesPerRequest: 0,
  retryStrategy,
  reconnectOnError: reconnectToMaster(),
  lazyConnect: false,
  enableAutoPipelining: false,
});

const clusterCommand = (commandTimeout: number): ClusterOptions => ({
  enableOfflineQueue: false,
  clusterRetryStrategy: retryStrategy,
  // How long the old master of a slot may be asked after a failover that nobody was told of.
  slotsRefreshInterval: 2_000,
  slotsRefreshTimeout: 1_000,
  // A node that is gone is the caller's business at once; a redirection is followed.
  retryDelayOnClusterDown: 0,
  retryDelayOnFailover: 0,
  maxRedirections: 2,
  redisOptions: {
    commandTimeout,
    connectTimeout: 1_000,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
  },
});

const subscriber: RedisOptions = {
  connectTimeout: 1_000,
  disconnectTimeout: DISCONNECT_TIMEOUT_MS,
  maxRetriesPerRequest: null,
  autoResubscribe: true,
  retryStrategy,
};

/** Once per outage, not once per retry, and not for a hiccup that the first retry mends. */
const telling = <C extends RedisConnection>(client: C, connection: string): C => {
  const logger = new Logger('Redis');
  let outage: NodeJS.Timeout | undefined;
  let told = false;
  client.on('error', (error: Error) => {
    outage ??= setTimeout(() => {
      told = true;
      logger.error({ err: error, connection }, 'Redis is not reachable; continuing without it');
    }, OUTAGE_MS).unref();
  });
  client.on('ready', () => {
    clearTimeout(outage);
    if (told) logger.log({ connection }, 'Redis is back');
    outage = undefined;
    told = false;
  });
  return client;
};

const named = (name: string) => ({ connectionName: `financeops-${name}` });

/** The connection for commands. */
export const connectCommands = ({ url, clusterNodes = [], timeoutMs }: RedisSettings): RedisConnection => {
  const timeout = timeoutMs ?? REDIS_COMMAND_TIMEOUT_MS;
  const name = 'commands';
  if (clusterNodes.length === 0)
    return telling(new Redis(url, { ...command(timeout), ...named(name) }), name);
  return telling(new Cluster(parseNodes(clusterNodes), clusterCommand(timeout)), name);
};

/**
 * The connection that only subscribes. In a cluster any node has every message, so it is a plain connection to one of
 * them, and to the next one when that is gone: its `ready` and `close` tell when messages may have been missed.
 */
export const connectSubscriber = ({ url, clusterNodes = [] }: RedisSettings): Redis => {
  const name = 'subscriber';
  if (clusterNodes.length === 0) {
    return telling(withHeartbeat(new Redis(url, { ...subscriber, ...named(name) })), name);
  }
  const nodes = parseNodes(clusterNodes);
  const client: Redis = new Redis({
    ...nodes[0],
    ...subscriber,
    ...named(name),
    retryStrategy: (attempt) => {
      // ioredis asks for these anew at each attempt.
      Object.assign<object, ClusterNode>(client.options, nodes[attempt % nodes.length]!);
      return retryStrategy(attempt);
    },
  });
  return telling(withHeartbeat(client), name);
};
