import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { getModelToken } from '@nestjs/mongoose';
import { Test, type TestingModule } from '@nestjs/testing';
import { Redis } from 'ioredis';
import type { Model } from 'mongoose';
import { MongoModule } from '@financeops/core/mongo';
import { ObservabilityModule } from '@financeops/core/observability';
import { REDIS, RedisModule } from '@financeops/core/redis';
import { until } from '@financeops/testing';
import { UsageHashes } from '../usage-hashes';
import type { UsageMetric } from '../usage.metrics';
import { UsageModule } from '../usage.module';
import { UsageTrackerService } from '../usage-tracker.service';
import { UsageCounters } from './usage-counters';
import { UsageSnapshot } from './usage-snapshot.schema';
import { UsageSnapshotStore } from './usage-snapshot.store';
import { UsageSnapshots } from './usage-snapshots.service';

jest.setTimeout(60_000);

describe('Usage counters backed by MongoDB', () => {
  let app: TestingModule;
  let redis: Redis;
  let ledger: UsageCounters;
  let store: UsageSnapshotStore;
  let hashes: UsageHashes;
  let tenantId: string;
  let sequence = 0;
  const period = () => new Date().toISOString().slice(0, 7);
  const month = () => ({ tenantId, period: period() });
  const key = () => `usage:{${tenantId}}:${period()}`;
  /** As if Redis had been flushed, for this tenant alone: others share it. */
  const lose = () => redis.del(key(), `usage_writer:{${tenantId}}:test`);
  const count = (metric: UsageMetric, by: number) =>
    hashes.add('test', [
      { tenantId, sequence: ++sequence, measured: { ageMs: 0 }, amounts: new Map([[metric, by]]) },
    ]);
  const counts = async () => (await ledger.read(tenantId)).counts;

  beforeAll(async () => {
    const url = new URL(process.env['TEST_MONGODB_URI']!);
    url.pathname = `/usage_${randomBytes(6).toString('hex')}`;
    app = await Test.createTestingModule({
      imports: [
        ObservabilityModule,
        MongoModule.forRoot({ uri: url.href }),
        RedisModule.forRoot({ url: process.env['TEST_REDIS_URL']!, timeoutMs: 5_000 }),
        UsageModule,
      ],
    }).compile();
    await app.init();
    redis = app.get<Redis>(REDIS);
    [ledger, store] = [app.get(UsageCounters), app.get(UsageSnapshotStore)];
    hashes = new UsageHashes(redis);
    jest.spyOn(Logger.prototype, 'warn').mockImplementation();
    await until('Redis', () => redis.status === 'ready');
  });
  afterAll(async () => {
    await app.get<Model<UsageSnapshot>>(getModelToken(UsageSnapshot.name)).db.dropDatabase();
    await app.close();
    jest.restoreAllMocks();
  });
  beforeEach(() => {
    tenantId = randomBytes(12).toString('hex');
  });

  it('come back after they were lost, with what was counted since, once', async () => {
    await count('api_calls', 100);
    await count('bandwidth_bytes', 5_000);
    await ledger.persist([month()]);
    await lose();
    await count('api_calls', 7);
    for (let i = 0; i < 3; i++)
      expect(await counts()).toMatchObject({ api_calls: 107, bandwidth_bytes: 5_000 });
    await ledger.persist([month()]);
    await lose();
    expect(await counts()).toMatchObject({ api_calls: 107, bandwidth_bytes: 5_000 });
    expect(await redis.ttl(key())).toBeGreaterThan(89 * 86_400);
  });

  it('come back once, though many find them lost at the same moment', async () => {
    await count('api_calls', 100);
    await ledger.persist([month()]);
    await lose();
    await count('api_calls', 1);
    const looks = Array.from({ length: 20 }, (_, i) =>
      i % 2 === 0 ? counts() : ledger.persist([month()]).then(([written]) => written!.counts),
    );
    for (const { api_calls } of await Promise.all(looks)) expect(api_calls).toBe(101);
    expect(await store.find(month())).toMatchObject({ api_calls: 101 });
  });

  it('are never written lower by a process that is late', async () => {
    await count('api_calls', 10);
    const [late] = await ledger.persist([month()]);
    await count('api_calls', 5);
    await ledger.persist([month()]);
    await store.write([late!], new Date());
    expect(await store.find(month())).toMatchObject({ api_calls: 15 });
  });

  it('of a month that nobody wrote down are what Redis has, and nothing is written for a look', async () => {
    await count('transactions', 3);
    expect(await counts()).toMatchObject({ transactions: 3, api_calls: 0 });
    expect(await redis.hgetall(key())).toEqual({ transactions: '3' });
    expect(await store.find(month())).toBeNull();
  });

  it('are read from MongoDB when their 90 days in Redis are over, and not put back there', async () => {
    const old = { tenantId, period: '2020-02' };
    const kept = { api_calls: 9, transactions: 4, storage_bytes: -20, bandwidth_bytes: 800 };
    await store.write([{ ...old, counts: kept }], new Date());
    expect(await ledger.read(tenantId, old.period)).toMatchObject({ period: old.period, counts: kept });
    expect(await redis.exists(`usage:{${tenantId}}:2020-02`)).toBe(0);
  });

  it('are put on the list for the reconciliation when they were rebuilt, which one process takes', async () => {
    while ((await store.takeRebuilt(new Date())) !== null);
    await count('transactions', 3);
    await ledger.persist([month()]);
    expect(await store.takeRebuilt(new Date())).toBeNull();
    await lose();
    await counts();
    expect(await store.takeRebuilt(new Date(Date.now() - 60_000))).toBeNull();
    const taken = await Promise.all(Array.from({ length: 5 }, () => store.takeRebuilt(new Date())));
    expect(taken.filter((one) => one !== null)).toEqual([month()]);
  });

  it('change to what they must be only while they are what was seen', async () => {
    await count('transactions', 3);
    expect(await ledger.adjust(month(), 'transactions', { seen: 4, actual: 9 })).toBe(false);
    expect(await ledger.adjust(month(), 'transactions', { seen: 3, actual: 9 })).toBe(true);
    expect(await counts()).toMatchObject({ transactions: 9 });
  });

  it('are written down within seconds by the process that counts them, and at its end', async () => {
    app.get(UsageTrackerService).add(tenantId, 'bandwidth_bytes', 77);
    await until('the snapshot', async () => (await store.find(month()))?.bandwidth_bytes === 77);
    app.get(UsageTrackerService).add(tenantId, 'bandwidth_bytes', 3);
    await app.get(UsageTrackerService).onApplicationShutdown();
    expect(await store.find(month())).toMatchObject({ bandwidth_bytes: 80 });
  });

  it('wait for MongoDB when it does not take them', async () => {
    const snapshots = app.get(UsageSnapshots);
    const failing = jest.spyOn(store, 'write').mockRejectedValueOnce(new Error('no primary'));
    await count('api_calls', 4);
    snapshots.mark(month());
    await snapshots.finish();
    expect(await store.find(month())).toBeNull();
    await snapshots.finish();
    expect(await store.find(month())).toMatchObject({ api_calls: 4 });
    failing.mockRestore();
  });
});
