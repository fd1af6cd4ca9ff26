import { Redis } from 'ioredis';
import mongoose, { type Connection } from 'mongoose';
import { TransactionRunner } from '@financeops/core/mongo';
import { Metrics } from '@financeops/core/observability';
import { connectSubscriber } from '@financeops/core/redis';
import { SharedTenantCache } from '../shared-tenant-cache';
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

/** @param subscriberUrl where it listens, if not at the tests' Redis itself */
export const aTenancyProcess = async (
  dbName: string,
  subscriberUrl = process.env['TEST_REDIS_URL']!,
): Promise<TenancyProcess> => {
  const connection = await mongoose
    .createConnection(process.env['TEST_MONGODB_URI']!, { dbName })
    .asPromise();
  const model = connection.model<Tenant>(Tenant.name, TenantSchema);
  await model.createCollection();
  await model.createIndexes();
  const redis = new Redis(process.env['TEST_REDIS_URL']!);
  const subscriber = connectSubscriber({ url: subscriberUrl });
  const shared = new SharedTenantCache(redis, subscriber);
  const store = new TenantStore(model);
  const directory = new TenantDirectory(store, shared, new Metrics());
  shared.onModuleInit();
  return {
    connection,
    redis,
    subscriber,
    store,
    directory,
    registry: new TenantRegistry(store, directory, new TransactionRunner(connection)),
    close: async () => {
      redis.disconnect();
      subscriber.disconnect();
      await connection.close();
    },
  };
};
