import { randomUUID } from 'node:crypto';
import mongoose, { type Connection } from 'mongoose';
import { aTenancyProcess, type TenancyProcess } from './testing/tenancy-process';

describe('TenantDirectory, in two processes', () => {
  const dbName = `directory_${randomUUID().slice(0, 8)}`;
  let one: TenancyProcess;
  let two: TenancyProcess;
  let admin: Connection;

  beforeAll(async () => {
    [one, two] = [await aTenancyProcess(dbName), await aTenancyProcess(dbName)];
    admin = await mongoose.createConnection(process.env['TEST_MONGODB_URI']!, { dbName }).asPromise();
  });

  afterAll(async () => {
    await admin.dropDatabase();
    await Promise.all([one.close(), two.close(), admin.close()]);
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
    const alone = await aTenancyProcess(dbName);
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
