import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import type { RedisConnection } from '@financeops/core/redis';
import { SharedTenantCache, type InvalidationListener } from './shared-tenant-cache';
import type { LookupKey, TenantRecord } from './tenant-record';

const url = process.env['TEST_REDIS_URL']!;
const aRecord = (revision = 1, fields: Partial<TenantRecord['snapshot']> = {}): TenantRecord => ({
  revision,
  snapshot: {
    id: randomBytes(12).toString('hex'),
    slug: `t-${randomBytes(6).toString('hex')}`,
    name: 'A tenant',
    tier: 'STARTER',
    isActive: true,
    branding: { displayName: null, primaryColor: null, logoUrl: null },
    domains: [`${randomBytes(6).toString('hex')}.example`],
    overrides: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    ...fields,
  },
});
const keysOf = ({ snapshot }: TenantRecord): LookupKey[] => [
  { by: 'id', value: snapshot.id },
  { by: 'slug', value: snapshot.slug },
  { by: 'domain', value: snapshot.domains[0]! },
];
const until = async (check: () => boolean | Promise<boolean>) => {
  while (!(await check())) await new Promise((resolve) => setImmediate(resolve));
};

describe('The tenants’ cache in Redis', () => {
  const redis = new Redis(url);
  const subscriber = new Redis(url);
  const told: [string, number][] = [];
  const up: boolean[] = [];
  const listener: InvalidationListener = {
    invalidated: (id, revision) => told.push([id, revision]),
    connected: (now) => up.push(now),
  };
  const cache = new SharedTenantCache(redis as RedisConnection, subscriber);

  beforeAll(async () => {
    cache.listen(listener);
    cache.onModuleInit();
    await until(() => up.length > 0);
  });
  afterAll(() => {
    redis.disconnect();
    subscriber.disconnect();
  });
  afterEach(() => jest.restoreAllMocks());

  it('has a tenant under each name it was put by, for 300 s', async () => {
    const record = aRecord();
    for (const key of keysOf(record)) {
      expect(await cache.get(key)).toBeUndefined();
      await cache.put(key, record);
      expect(await cache.get(key)).toEqual(record);
    }
    const { id, slug } = record.snapshot;
    for (const key of [`tenant:{${id}}:record`, `tenant-slug:${slug}`]) {
      const ttl = await redis.ttl(key);
      expect(ttl).toBeGreaterThan(290);
      expect(ttl).toBeLessThanOrEqual(300);
    }
    expect(await redis.exists(`tenant-id:${id}`)).toBe(0);
  });

  it('does not answer to a name that the tenant no longer bears', async () => {
    const record = aRecord();
    const [byId, bySlug, byDomain] = keysOf(record) as [LookupKey, LookupKey, LookupKey];
    await cache.put(bySlug, record);
    await cache.put(byDomain, record);
    await cache.put(byId, aRecord(2, { id: record.snapshot.id }));
    expect(await cache.get(bySlug)).toBeUndefined();
    expect(await cache.get(byDomain)).toBeUndefined();
    expect((await cache.get(byId))?.revision).toBe(2);
  });

  it('takes what it can’t read for not there', async () => {
    const record = aRecord();
    await redis.set(`tenant:{${record.snapshot.id}}:record`, 'no JSON');
    expect(await cache.get(keysOf(record)[0]!)).toBeUndefined();
  });

  it('forgets a tenant at an invalidation, everybody is told, and nothing older comes back', async () => {
    const record = aRecord(4);
    const [byId] = keysOf(record) as [LookupKey];
    const { id } = record.snapshot;
    await cache.put(byId, record);
    await cache.invalidate(id, 5);
    await cache.invalidate(id, 3);
    await until(() => told.some(([told, revision]) => told === id && revision === 3));
    expect(told.filter(([of]) => of === id)).toEqual([
      [id, 5],
      [id, 3],
    ]);
    expect(await cache.get(byId)).toBeUndefined();
    await cache.put(byId, record);
    expect(await cache.get(byId)).toBeUndefined();
    await cache.put(byId, { ...record, revision: 5 });
    expect((await cache.get(byId))?.revision).toBe(5);
    // Longer than any record lives.
    expect(await redis.ttl(`tenant:{${id}}:floor`)).toBeGreaterThan(590);
  });

  it('hears only of tenants', async () => {
    const [never, ever] = [aRecord().snapshot.id, aRecord().snapshot.id];
    await subscriber.subscribe('something-else');
    await redis.publish('something-else', `${never} 1`);
    await cache.invalidate(ever, 1);
    await until(() => told.some(([of]) => of === ever));
    expect(told.filter(([of]) => of === never)).toEqual([]);
  });

  it('says when it no longer hears, and when it does again', async () => {
    const before = up.length;
    await redis.call('CLIENT', 'KILL', 'ID', String(await subscriberId()));
    await until(() => up.length >= before + 2);
    expect(up.slice(before)).toEqual([false, true]);
    const record = aRecord();
    await cache.invalidate(record.snapshot.id, 1);
    await until(() => told.some(([id]) => id === record.snapshot.id));
  });

  const subscriberId = async (): Promise<string> => {
    const list = (await redis.call('CLIENT', 'LIST', 'TYPE', 'pubsub')) as string;
    const port = (subscriber as unknown as { stream: { localPort: number } }).stream.localPort;
    return /id=(\d+)/.exec(list.split('\n').find((line) => line.includes(`:${port} `))!)![1]!;
  };

  it('costs speed while Redis fails, not requests; what was invalidated meanwhile is told when it is back', async () => {
    const own = new Redis(url, { enableOfflineQueue: false });
    await until(() => own.status === 'ready');
    const cut = new SharedTenantCache(own as RedisConnection, subscriber);
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    const record = aRecord();
    const [byId, bySlug] = keysOf(record) as [LookupKey, LookupKey];
    const { id } = record.snapshot;
    await cut.put(bySlug, record);
    own.disconnect();
    await until(() => own.status === 'end');
    const sent = jest.spyOn(own, 'sendCommand');
    expect(await cut.get(byId)).toBeUndefined();
    await expect(cut.put(byId, record)).resolves.toBeUndefined();
    await cut.invalidate(id, 7);
    await cut.invalidate(id, 6);
    expect(warn).toHaveBeenCalledTimes(1);
    // Other suites invalidate tenants on the same Redis.
    const toldOfIt = () => told.filter(([of]) => of === id);
    // That it fails once more loses nothing.
    await until(() => sent.mock.calls.length > 6);
    expect(toldOfIt()).toEqual([]);
    // Not for each that waits: a change of many tenants would fill the log.
    expect(warn.mock.calls[0]).toEqual([
      expect.objectContaining({ tenantId: id }),
      'tenant invalidations are kept until Redis is back',
    ]);
    await own.connect();
    await until(() => toldOfIt().length > 0);
    expect(toldOfIt()).toEqual([[id, 7]]);
    expect(await cut.get(byId)).toBeUndefined();
    own.disconnect();
  });

  it('hears on a connection that is ready when it begins, and on that alone', async () => {
    const own = new Redis(url);
    await until(() => own.status === 'ready');
    const heard: unknown[] = [];
    const id = randomBytes(12).toString('hex');
    const late = new SharedTenantCache(redis as RedisConnection, own);
    late.onModuleInit();
    late.listen({
      // Other suites invalidate tenants on the same Redis.
      invalidated: (...of) => [id, ''].includes(of[0]) && heard.push(of),
      connected: (now) => heard.push(now),
    });
    await until(() => heard.length > 0);
    await redis.publish('tenant-invalidated', `${id} 12`);
    await redis.publish('tenant-invalidated', '');
    await until(() => heard.length > 2);
    own.disconnect();
    await until(() => heard.length > 3);
    expect(heard).toEqual([true, [id, 12], ['', 0], false]);
  });

  it('needs nobody who listens', async () => {
    const own = new Redis(url);
    const failed = jest.fn();
    process.once('unhandledRejection', failed);
    await until(() => own.status === 'ready');
    new SharedTenantCache(redis as RedisConnection, own).onModuleInit();
    await until(() => own.mode === 'subscriber');
    own.disconnect();
    await until(() => own.status === 'end');
    process.off('unhandledRejection', failed);
    expect(failed).not.toHaveBeenCalled();
  });

  it('says when it can’t subscribe', async () => {
    const own = new Redis(url);
    await until(() => own.status === 'ready');
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    const refused = new Error('refused');
    jest.spyOn(own, 'subscribe').mockRejectedValue(refused);
    new SharedTenantCache(redis as RedisConnection, own).onModuleInit();
    await until(() => warn.mock.calls.length > 0);
    expect(warn.mock.calls).toEqual([[{ err: refused }, 'could not subscribe to tenant invalidations']]);
    own.disconnect();
  });

  it('subscribes when its connection is ready, if that is later', async () => {
    const slow = new Redis(url, { lazyConnect: true });
    const late = new SharedTenantCache(redis as RedisConnection, slow);
    const connected = new Promise<boolean>((resolve) =>
      late.listen({ invalidated: () => undefined, connected: resolve }),
    );
    late.onModuleInit();
    expect(slow.status).toBe('wait');
    await slow.connect();
    expect(await connected).toBe(true);
    slow.disconnect();
  });
});
