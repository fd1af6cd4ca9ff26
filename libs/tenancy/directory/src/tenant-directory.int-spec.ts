import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import mongoose, { type Connection } from 'mongoose';
import { TransactionRunner } from '@financeops/core/mongo';
import { Metrics } from '@financeops/core/observability';
import { SharedTenantCache } from './shared-tenant-cache';
import { TenantDirectory } from './tenant-directory';
import { TenantRegistry } from './tenant-registry';
import { Tenant, TenantSchema } from './tenant.schema';
import { TenantStore } from './tenant.store';

/** What one process has: its own connections and caches. */
const startProcess = async (dbName: string) => {
  const connection = await mongoose
    .createConnection(process.env['TEST_MONGODB_URI']!, { dbName })
    .asPromise();
  const model = connection.model(Tenant.name, TenantSchema);
  await model.createCollection();
  await model.createIndexes();
  const redis = new Redis(process.env['TEST_REDIS_URL']!);
  const subscriber = new Redis(process.env['TEST_REDIS_URL']!);
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
  };
};

type Process = Awaited<ReturnType<typeof startProcess>>;

describe('TenantDirectory, in two processes', () => {
  const dbName = `directory_${randomUUID().slice(0, 8)}`;
  let one: Process;
  let two: Process;
  let admin: Connection;

  beforeAll(async () => {
    [one, two] = [await startProcess(dbName), await startProcess(dbName)];
    admin = await mongoose.createConnection(process.env['TEST_MONGODB_URI']!, { dbName }).asPromise();
  });

  afterAll(async () => {
    await admin.dropDatabase();
    await Promise.all([one.connection.close(), two.connection.close(), admin.close()]);
    for (const process of [one, two]) {
      process.redis.disconnect();
      process.subscriber.disconnect();
    }
  });

  const slug = () => `t-${randomUUID().slice(0, 13)}`;
  const create = (name = slug()) => one.registry.create({ slug: name, name, tier: 'STARTER' });
  /** Until `check` holds, for as long as pub/sub may reasonably take. */
  const eventually = async (check: () => Promise<boolean>) => {
    for (let round = 0; round < 200; round += 1) {
      if (await check()) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error('did not happen');
  };

  it('finds by id and slug, and nobody by a name that is not there', async () => {
    const tenant = await create();
    expect((await two.directory.findById(tenant.id))?.slug).toBe(tenant.slug);
    expect((await two.directory.findBySlug(tenant.slug))?.id).toBe(tenant.id);
    expect(await two.directory.findBySlug(slug())).toBeNull();
  });

  it('answers from memory: MongoDB is asked once for many lookups at once', async () => {
    const tenant = await create();
    const asked = jest.spyOn(two.store, 'find');
    await two.redis.flushdb();
    await Promise.all(Array.from({ length: 50 }, () => two.directory.findBySlug(tenant.slug)));
    await two.directory.findById(tenant.id);
    expect(asked).toHaveBeenCalledTimes(1);
    asked.mockRestore();
  });

  it('a deactivation and a rename in one process are seen by the other, and the old slug is dead', async () => {
    const tenant = await create();
    await two.directory.findBySlug(tenant.slug);
    const renamed = slug();
    await one.registry.change(tenant.id, { slug: renamed, isActive: false });
    await eventually(async () => (await two.directory.findBySlug(tenant.slug)) === null);
    expect((await two.directory.findBySlug(renamed))?.isActive).toBe(false);
    expect(await one.directory.findBySlug(tenant.slug)).toBeNull();
  });

  it('a name that was nobody’s is found as soon as it is given', async () => {
    const name = slug();
    expect(await two.directory.findBySlug(name)).toBeNull();
    const tenant = await create(name);
    await eventually(async () => (await two.directory.findBySlug(name))?.id === tenant.id);
  });

  it('a lookup that races an invalidation never restores the old record', async () => {
    const tenant = await create();
    const genuine = two.store.find.bind(two.store);
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    await two.directory.invalidate(tenant.id, 1);
    await two.redis.flushdb();
    const slow = jest.spyOn(two.store, 'find').mockImplementationOnce(async (key) => {
      const old = await genuine(key);
      await gate;
      return old;
    });
    const racing = two.directory.findBySlug(tenant.slug);
    await eventually(() => Promise.resolve(slow.mock.calls.length === 1));
    await one.registry.change(tenant.id, { isActive: false });
    await eventually(async () => (await two.directory.findById(tenant.id))?.isActive === false);
    release();
    await racing;
    expect((await two.directory.findBySlug(tenant.slug))?.isActive).toBe(false);
    expect((await one.directory.findBySlug(tenant.slug))?.isActive).toBe(false);
  });

  it('200 rounds of lookups racing changes: never an older revision than the one already answered', async () => {
    const tenant = await create();
    for (let round = 1; round <= 200; round += 1) {
      const looking = Promise.all([two.directory.findBySlug(tenant.slug), two.directory.findById(tenant.id)]);
      await one.registry.change(tenant.id, { name: `name ${round}` });
      await looking;
      await eventually(
        async () => (await two.directory.findById(tenant.id))?.snapshot.name === `name ${round}`,
      );
      expect((await one.directory.findById(tenant.id))?.snapshot.name).toBe(`name ${round}`);
    }
  });

  it('only a proved domain names a tenant', async () => {
    const tenant = await create();
    const domain = `${slug()}.example`;
    await one.registry.change(tenant.id, { domains: [{ domain, verifiedAt: null, challenge: 'x' }] });
    expect(await two.directory.findByDomain(domain)).toBeNull();
    await one.registry.change(tenant.id, { domains: [{ domain, verifiedAt: new Date(), challenge: 'x' }] });
    await eventually(async () => (await two.directory.findByDomain(domain))?.id === tenant.id);
  });

  it('goes on without Redis', async () => {
    const tenant = await create();
    const alone = await startProcess(dbName);
    alone.redis.disconnect();
    alone.subscriber.disconnect();
    expect((await alone.directory.findBySlug(tenant.slug))?.id).toBe(tenant.id);
    await alone.connection.close();
  });

  it('refuses a taken or reserved slug', async () => {
    const tenant = await create();
    await expect(create(tenant.slug)).rejects.toMatchObject({ code: 'conflict' });
    for (const name of ['admin', 'www', 'Upper', 'a'.repeat(24), '-x', '']) {
      await expect(create(name)).rejects.toMatchObject({ code: 'validation-failed' });
    }
  });
});
