export { tenantKey } from './tenant-key';
export { REDIS, REDIS_COMMAND_TIMEOUT_MS, REDIS_SUBSCRIBER, RedisModule } from './redis.module';
