import { Redis } from 'ioredis';
import { Test, type TestingModule } from '@nestjs/testing';
import { Logger } from '@nestjs/common';
import { ObjectId } from 'mongodb';
import { AuditModule } from '@financeops/audit';
import { ConfigModule, loadConfig } from '@financeops/core/config';
import { HttpModule } from '@financeops/core/http';
import { MongoModule } from '@financeops/core/mongo';
import { Metrics, ObservabilityModule } from '@financeops/core/observability';
import { REDIS, RedisModule } from '@financeops/core/redis';
import { IsolationModule } from '@financeops/data-access/isolation';
import { TenantContextModule, type ResolvedTenant } from '@financeops/tenancy/context';
import { until } from '@financeops/testing';
import { UsageCounters, UsageTrackerService } from '@financeops/usage';
import { aDatabase, aTenant, type TestDatabase } from '../testing/payments-app';
import { OwnerlessPaymentsJob } from './ownerless-payments.job';
import { SETTLED_MS } from './reconciliation.rules';
import { Turns } from './turns';
import { UsageReconciliationJobModule } from './usage-reconciliation.module';
import { UsageReconciliation } from './usage-reconciliation.service';

jest.setTimeout(60_000);

describe('The reconciliation of usage', () => {
  let database: TestDatabase;
  let app: TestingModule;
  let redis: Redis;
  let reconciliation: UsageReconciliation;
  let tenant: ResolvedTenant;
  const period = () => new Date().toISOString().slice(0, 7);
  const monthStart = () => new Date(`${period()}-01T00:00:00Z`).getTime();
  const key = () => `usage:{${tenant.id}}:${period()}`;

  beforeAll(async () => {
    database = await aDatabase();
    const config = loadConfig({
      MONGODB_URI: database.uri,
      REDIS_URL: process.env['TEST_REDIS_URL'],
      JWT_SECRET: 'x'.repeat(32),
      ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    });
    app = await Test.createTestingModule({
      imports: [
        ConfigModule.forRoot(config),
        ObservabilityModule,
        MongoModule.forRoot({ uri: config.MONGODB_URI }),
        RedisModule.forRoot({ url: config.REDIS_URL, timeoutMs: 5_000 }),
        HttpModule,
        TenantContextModule,
        AuditModule,
        IsolationModule.forRoot([AuditModule]),
        UsageReconciliationJobModule,
      ],
    }).compile();
    jest.spyOn(Logger.prototype, 'warn').mockImplementation();
    await app.init();
    // The job leaves the runs over all tenants to these tests.
    await app.get(Turns).take('usage-reconciliation', 3_600_000);
    await app.get(Turns).take('ownerless-payments', 3_600_000);
    redis = app.get<Redis>(REDIS);
    reconciliation = app.get(UsageReconciliation);
    await until('Redis', () => redis.status === 'ready');
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
    jest.restoreAllMocks();
  });
  beforeEach(async () => {
    await database.raw.collection('tenants').deleteMany({});
    await database.raw.collection('usage_differences').deleteMany({});
    tenant = await aTenant(database);
    // Nothing is on its way, unless a test is about that.
    Object.assign(reconciliation, { settledMs: 1_000 });
  });

  /** As payments are stored, as far as counting goes. */
  const paid = (count: number, createdAt: Date, of = tenant) =>
    database.raw.collection('payments').insertMany(
      Array.from({ length: count }, () => ({
        tenantId: new ObjectId(of.id),
        reference: new ObjectId().toHexString(),
        createdAt,
        updatedAt: new Date(),
        deletedAt: null,
      })),
    );
  const counter = async () => Number(await redis.hget(key(), 'transactions'));
  const reported = () =>
    database.raw
      .collection('usage_differences')
      .find({}, { projection: { _id: 0, at: 0 } })
      .toArray();

  it('puts counters right that have too few, none or too many, and reports each difference once', async () => {
    const wrong = [7, 0, 15];
    const differences: object[] = [];
    for (const counted of wrong) {
      tenant = await aTenant(database);
      await paid(10, new Date());
      await redis.hset(key(), { transactions: counted });
      differences.push({
        tenantId: tenant.id,
        period: period(),
        metric: 'transactions',
        counted,
        actual: 10,
      });
    }
    const report = await reconciliation.all([period()]);
    expect(report.checked).toBe(4);
    expect(report.differences).toHaveLength(3);
    expect(report.differences).toEqual(expect.arrayContaining(differences));
    expect(await counter()).toBe(10);
    expect(await reported()).toEqual(report.differences);
    expect((await reconciliation.all([period()])).differences).toEqual([]);
    expect(await reported()).toHaveLength(3);
  });

  it('counts soft-deleted payments, none of another month and none of a neighbour', async () => {
    await paid(3, new Date());
    await database.raw.collection('payments').updateMany({}, { $set: { deletedAt: new Date() } });
    await paid(4, new Date(monthStart() - 1));
    await paid(5, new Date(), await aTenant(database));
    await reconciliation.all([period()]);
    expect(await counter()).toBe(3);
  });

  it('finds payments of tenants that no list names, with a bypass on record', async () => {
    await database.raw.collection('payments').deleteMany({});
    const job = app.get(OwnerlessPaymentsJob);
    await paid(2, new Date());
    expect(await job.look()).toEqual([]);
    const lost = { ...tenant, id: new ObjectId().toHexString() } as ResolvedTenant;
    await paid(3, new Date(0), lost);
    await database.raw
      .collection('payments')
      .updateOne({ tenantId: new ObjectId(lost.id) }, { $set: { deletedAt: new Date() } });
    await database.raw.collection('payments').insertOne({ reference: 'of nobody' });
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    const found = await job.look();
    expect(found).toHaveLength(2);
    expect(found).toEqual(
      expect.arrayContaining([
        { tenantId: lost.id, payments: 3 },
        { tenantId: 'null', payments: 1 },
      ]),
    );
    expect(logged).toHaveBeenCalledTimes(2);
    logged.mockRestore();
    const told = await app.get(Metrics).registry.getSingleMetricAsString('payments_ownerless_found_total');
    expect(told).toContain('payments_ownerless_found_total 4');
    const events = await database.raw
      .collection('audit_events')
      .find({ action: 'isolation.bypass' })
      .toArray();
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({ tenantId: null, details: { job: 'ownerless-payments' } });
  });

  it('finds what was lost of payments that are being changed meanwhile', async () => {
    await paid(10, new Date());
    await redis.hset(key(), { transactions: 6 });
    const run = reconciliation.all([period()]);
    const touch = setInterval(
      () => void database.raw.collection('payments').updateMany({}, { $set: { updatedAt: new Date() } }),
      50,
    );
    await run;
    clearInterval(touch);
    expect(await counter()).toBe(10);
  });

  it('leaves a payment alone whose count is on its way', async () => {
    Object.assign(reconciliation, { settledMs: SETTLED_MS });
    await paid(12, new Date());
    await redis.hset(key(), { transactions: 10 });
    const run = reconciliation.all([period()]);
    app.get(UsageTrackerService).add(tenant.id, 'transactions', 2, new Date());
    expect((await run).differences).toEqual([]);
    expect(await counter()).toBe(12);
  });

  it('done by several at once corrects a counter once', async () => {
    await paid(10, new Date());
    await redis.hset(key(), { transactions: 6 });
    const reports = await Promise.all(Array.from({ length: 6 }, () => reconciliation.all([period()])));
    expect(await counter()).toBe(10);
    expect(reports.flatMap(({ differences }) => differences)).toHaveLength(1);
    expect(await reported()).toHaveLength(1);
  });

  it('takes nothing on its way for a loss while payments go on, and finds the loss when they pause', async () => {
    Object.assign(reconciliation, { settledMs: SETTLED_MS });
    await paid(20, new Date());
    await redis.hset(key(), { transactions: 13 });
    const tracker = app.get(UsageTrackerService);
    let [made, enough] = [0, false];
    const traffic = (async () => {
      while (!enough) {
        await paid(1, new Date());
        made += 1;
        tracker.add(tenant.id, 'transactions', 1, new Date());
      }
    })();
    await Promise.all([reconciliation.all([period()]), reconciliation.all([period()])]);
    enough = true;
    await traffic;
    await reconciliation.all([period()]);
    expect(await counter()).toBe(20 + made);
    expect((await reported()).map(({ actual, counted }) => (actual as number) - (counted as number))).toEqual(
      [7],
    );
  });

  it('gives back calls and bytes that Redis has lost since they were written down', async () => {
    await redis.hset(key(), { api_calls: 50, bandwidth_bytes: 900, whole: 1 });
    const ledger = app.get(UsageCounters);
    await ledger.persist([{ tenantId: tenant.id, period: period() }]);
    await redis.hset(key(), { api_calls: 45 });
    expect((await reconciliation.all([period()])).differences).toEqual([
      { tenantId: tenant.id, period: period(), metric: 'api_calls', counted: 45, actual: 50 },
    ]);
    expect(await redis.hgetall(key())).toMatchObject({ api_calls: '50', bandwidth_bytes: '900' });
  });

  it('finds a month exact again, by itself, after Redis lost it', async () => {
    await paid(10, new Date());
    await redis.hset(key(), { transactions: 8, api_calls: 30 });
    const ledger = app.get(UsageCounters);
    await ledger.persist([{ tenantId: tenant.id, period: period() }]);
    await redis.del(key());
    expect((await ledger.read(tenant.id)).counts).toMatchObject({ transactions: 8, api_calls: 30 });
    await until('the job to have looked', async () => (await counter()) === 10, { withinMs: 40_000 });
    expect((await ledger.read(tenant.id)).counts).toMatchObject({ transactions: 10, api_calls: 30 });
  });

  it('is the turn of one process among many, and again when its time is over', async () => {
    const turns = app.get(Turns);
    const taken = async (now: number) =>
      (await Promise.all(Array.from({ length: 8 }, () => turns.take('work', 1_000, now)))).filter(Boolean);
    const now = Date.now();
    expect(await taken(now)).toHaveLength(1);
    expect(await taken(now + 999)).toHaveLength(0);
    expect(await taken(now + 1_000)).toHaveLength(1);
  });
});
