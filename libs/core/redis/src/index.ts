export { LuaScript } from './lua-script';
export type { RedisConnection } from './redis-connection';
export { REDIS, REDIS_COMMAND_TIMEOUT_MS, REDIS_SUBSCRIBER, RedisModule } from './redis.module';
export { tenantKey } from './tenant-key';
export { USAGE_HASH_LUA, usageKeyPrefix } from './usage-hash.lua';
