import {
  Global,
  Inject,
  Injectable,
  Logger,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Redis, type RedisOptions } from 'ioredis';

/** Injection token of the shared command connection. */
export const REDIS = Symbol('REDIS');
/** Injection token of the connection that only subscribes. */
export const REDIS_SUBSCRIBER = Symbol('REDIS_SUBSCRIBER');

/** Milliseconds that a command may take, by default, before the caller goes on without Redis. */
export const REDIS_COMMAND_TIMEOUT_MS = 40;

/**
 * Milliseconds that a timer of ioredis holds a process after `disconnect()` when the peer doesn't hang up, or has done so
 * before. By default 2 s: longer than Jest waits for its workers to end.
 */
const DISCONNECT_TIMEOUT_MS = 200;

const command = (commandTimeout: number): RedisOptions => ({
  // With the defaults a dead Redis costs 10 s a call; so a closed port costs about 1 ms, a silent peer the timeout.
  enableOfflineQueue: false,
  commandTimeout,
  connectTimeout: 1_000,
  disconnectTimeout: DISCONNECT_TIMEOUT_MS,
  maxRetriesPerRequest: 0,
  retryStrategy: (attempt) => Math.min(100 * attempt, 1_000),
  lazyConnect: false,
  enableAutoPipelining: false,
});

const subscriber: RedisOptions = {
  connectTimeout: 1_000,
  disconnectTimeout: DISCONNECT_TIMEOUT_MS,
  maxRetriesPerRequest: null,
  autoResubscribe: true,
  retryStrategy: (attempt) => Math.min(100 * attempt, 1_000),
};

/** An error that lasts longer than this is an outage. */
const OUTAGE_MS = 500;

const connect = (url: string, name: string, options: RedisOptions): Redis => {
  const client = new Redis(url, { ...options, connectionName: `financeops-${name}` });
  const logger = new Logger('Redis');
  let outage: NodeJS.Timeout | undefined;
  let told = false;
  // Once per outage, not once per retry, and not for a hiccup that the first retry mends.
  client.on('error', (error: Error) => {
    outage ??= setTimeout(() => {
      told = true;
      logger.error({ err: error, connection: name }, 'Redis is not reachable; going on without it');
    }, OUTAGE_MS).unref();
  });
  client.on('ready', () => {
    clearTimeout(outage);
    if (told) logger.log({ connection: name }, 'Redis is back');
    outage = undefined;
    told = false;
  });
  return client;
};

@Injectable()
class RedisConnections implements OnApplicationShutdown {
  constructor(
    @Inject(REDIS) private readonly commands: Redis,
    @Inject(REDIS_SUBSCRIBER) private readonly subscriptions: Redis,
  ) {}

  /** After the last request has ended, not before (`onModuleDestroy` comes while requests are still running). */
  onApplicationShutdown(): void {
    this.commands.disconnect();
    this.subscriptions.disconnect();
  }
}

export interface RedisSettings {
  url: string;
  /** Instead of REDIS_COMMAND_TIMEOUT_MS. */
  timeoutMs?: number;
}

@Global()
@Module({})
export class RedisModule {
  static forRoot(settings: RedisSettings): DynamicModule {
    return {
      module: RedisModule,
      providers: [
        {
          provide: REDIS,
          useFactory: () =>
            connect(settings.url, 'commands', command(settings.timeoutMs ?? REDIS_COMMAND_TIMEOUT_MS)),
        },
        { provide: REDIS_SUBSCRIBER, useFactory: () => connect(settings.url, 'subscriber', subscriber) },
        RedisConnections,
      ],
      exports: [REDIS, REDIS_SUBSCRIBER],
    };
  }
}
