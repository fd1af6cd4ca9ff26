import {
  Global,
  Inject,
  Injectable,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Redis } from 'ioredis';
import { connectCommands, connectSubscriber, type RedisSettings } from './connect';
import type { RedisConnection } from './redis-connection';

/** Injection token of the shared command connection. */
export const REDIS = Symbol('REDIS');
/** Injection token of the connection that only subscribes. */
export const REDIS_SUBSCRIBER = Symbol('REDIS_SUBSCRIBER');

@Injectable()
class RedisConnections implements OnApplicationShutdown {
  constructor(
    @Inject(REDIS) private readonly commands: RedisConnection,
    @Inject(REDIS_SUBSCRIBER) private readonly subscriptions: Redis,
  ) {}

  /** After the last request has ended, not before (`onModuleDestroy` comes while requests are still running). */
  onApplicationShutdown(): void {
    this.commands.disconnect();
    this.subscriptions.disconnect();
  }
}

@Global()
@Module({})
export class RedisModule {
  static forRoot(settings: RedisSettings): DynamicModule {
    return {
      module: RedisModule,
      providers: [
        { provide: REDIS, useFactory: () => connectCommands(settings) },
        { provide: REDIS_SUBSCRIBER, useFactory: () => connectSubscriber(settings) },
        RedisConnections,
      ],
      exports: [REDIS, REDIS_SUBSCRIBER],
    };
  }
}
