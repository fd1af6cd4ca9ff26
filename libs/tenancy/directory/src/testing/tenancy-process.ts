import { Redis } from 'ioredis';
import mongoose, { type Connection } from 'mongoose';
import { TransactionRunner } from '@financeops/core/mongo';
import { Metrics } from '@financeops/core/observability';
import { connectSubscriber } from '@financeops/core/redis';
import { SharedTenantCache } from '../shared-tenant-cache';
import { TenantChangeWatch } from '../tenant-change-watch';
import { TenantDirectory } from '../tenant-directory';
import { TenantRegistry } from '../tenant-registry';
import { Tenant, TenantSchema } from '../tenant.schema';
import { TenantStore } from '../tenant.store';

/** What one process has: its own connections and caches. */
export interface TenancyProcess {
  connection: Connection;
  redis: Redis;
  subscriber: Redis;
  store: TenantStore;
  directory: TenantDirectory;
  registry: TenantRegistry;
  close(): Promise<void>;
}

/** Where it speaks to Redis and where it listens, if not at the tests' Redis itself. */
export interface RedisUrls {
  commands?: string;
  subscriber?: string;
}

export const aTenancyProcess = async (
  dbName: string,
  { commands, subscriber: listening }: RedisUrls = {},
): Promise<TenancyProcess> => {
  const url = process.env['TEST_REDIS_URL']!;
  const connection = await mongoose
    .createConnection(process.env['TEST_MONGODB_URI']!, { dbName })
    .asPromise();
  const model = connection.model<Tenant>(Tenant.name, TenantSchema);
  await model.createCollection();
  await model.createIndexes();
  const redis = new Redis(commands ?? url, { disconnectTimeout: 200 });
  // Tests cut it off on purpose.
  redis.on('error', () => undefined);
  const subscriber = connectSubscriber({ url: listening ?? url });
  const shared = new SharedTenantCache(redis, subscriber);
  const store = new TenantStore(model);
  const directory = new TenantDirectory(store, shared, new Metrics());
  const watch = new TenantChangeWatch(store, directory);
  shared.onModuleInit();
  watch.onApplicationBootstrap();
  return {
    connection,
    redis,
    subscriber,
    store,
    directory,
    registry: new TenantRegistry(store, directory, new TransactionRunner(connection)),
    close: async () => {
      await watch.beforeApplicationShutdown();
      redis.disconnect();
      subscriber.disconnect();
      await connection.close();
    },
  };
};
