export { connectSubscriber } from './connect';
export { LuaScript } from './lua-script';
export { commandTimeoutOf, type RedisConnection } from './redis-connection';
export { REDIS_COMMAND_TIMEOUT_MS } from './connect';
export { REDIS, REDIS_SUBSCRIBER, RedisModule } from './redis.module';
export { tenantKey } from './tenant-key';
export { USAGE_HASH_LUA, usageKeyPrefix } from './usage-hash.lua';
