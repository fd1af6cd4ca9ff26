import { randomBytes } from 'node:crypto';
import { Test, type TestingModule } from '@nestjs/testing';
import type { Redis } from 'ioredis';
import { MongoClient, type Collection } from 'mongodb';
import { Types } from 'mongoose';
import { ConfigModule, loadConfig } from '@financeops/core/config';
import { HttpModule } from '@financeops/core/http';
import { MongoModule } from '@financeops/core/mongo';
import { Metrics, ObservabilityModule } from '@financeops/core/observability';
import { REDIS, RedisModule } from '@financeops/core/redis';
import { IsolationModule } from '@financeops/data-access/isolation';
import { until } from '@financeops/testing';
import { AuditLog } from '../audit-log';
import { AuditModule } from '../audit.module';
import { AuditChain } from './audit-chain';
import { AuditVerifier } from './audit-verifier';
import { ChainMarks } from './chain-marks';
import { linkAfter } from './chain.rules';

const uri = process.env['TEST_MONGODB_URI']!;

describe('The chain of an audit log', () => {
  const dbName = `chain_${randomBytes(6).toString('hex')}`;
  const secret = randomBytes(32).toString('base64');
  const client = new MongoClient(uri);
  let module: TestingModule;
  let second: TestingModule;
  let events: Collection;
  let owner: string;

  /** A process; the sequencer's own timer is left off where the test gives the turns. */
  const aProcess = async (redis = process.env['TEST_REDIS_URL']!): Promise<TestingModule> => {
    const url = new URL(uri);
    url.pathname = `/${dbName}`;
    const config = loadConfig({
      MONGODB_URI: url.toString(),
      REDIS_URL: redis,
      JWT_SECRET: randomBytes(32).toString('hex'),
      ENCRYPTION_KEY: secret,
    });
    const made = await Test.createTestingModule({
      imports: [
        ConfigModule.forRoot(config),
        ObservabilityModule,
        MongoModule.forRoot({ uri: config.MONGODB_URI }),
        RedisModule.forRoot({ url: config.REDIS_URL, timeoutMs: 2_000 }),
        HttpModule,
        AuditModule,
        IsolationModule.forRoot([AuditModule]),
      ],
    }).compile();
    made.useLogger(false);
    return made;
  };

  beforeAll(async () => {
    [module, second] = await Promise.all([aProcess(), aProcess()]);
    events = client.db(dbName).collection('audit_events');
  });
  afterAll(async () => {
    await Promise.all([module.close(), second.close()]);
    await client.db(dbName).dropDatabase();
    await client.close();
  });
  afterEach(() => jest.restoreAllMocks());
  beforeEach(() => (owner = new Types.ObjectId().toHexString()));

  const record = async (count: number, of: string | null = owner): Promise<void> => {
    const log = module.get(AuditLog);
    for (let n = 1; n <= count; n++) {
      await log.record({
        tenantId: of,
        action: 'user.updated',
        outcome: 'allowed',
        actor: { type: 'user', id: 'a'.repeat(24) },
        resource: { type: 'user', id: 'b'.repeat(24), ownerId: 'b'.repeat(24) },
        requestId: `r${n}`,
        details: { n, at: new Date(n), fields: ['name'], deep: { b: 1.5, a: null } },
      });
    }
  };
  const chained = async (of: TestingModule = module): Promise<void> => {
    while ((await of.get(AuditChain).advance(100)) > 0);
  };
  const verdict = () => module.get(AuditVerifier).verify(owner);
  const tenantId = () => new Types.ObjectId(owner);

  it('holds every event, each tenant and the platform for itself', async () => {
    await record(5);
    await record(2, new Types.ObjectId().toHexString());
    await record(3, null);
    await chained();
    expect(await verdict()).toEqual({ valid: true, checked: 5, firstBroken: null });
    expect(await module.get(AuditVerifier).verify('platform')).toMatchObject({ valid: true, checked: 3 });
    expect(await module.get(AuditVerifier).owners()).toEqual(expect.arrayContaining([owner, 'platform']));
  });

  it('grows by what comes later, and leaves out what has no place yet', async () => {
    await record(2);
    await chained();
    await record(2);
    expect(await verdict()).toMatchObject({ valid: true, checked: 2 });
    await chained();
    expect(await verdict()).toMatchObject({ valid: true, checked: 4 });
  });

  it('gives each event one place when processes do it at once', async () => {
    await record(60);
    const work = async (of: TestingModule) => {
      for (let tries = 0; tries < 30; tries++) await of.get(AuditChain).advance(7);
    };
    await Promise.all([work(module), work(second), work(module)]);
    await chained();
    expect(await verdict()).toEqual({ valid: true, checked: 60, firstBroken: null });
    const places = await events.distinct('seq', { tenantId: tenantId() });
    expect(places).toHaveLength(60);
  });

  const FIELDS: Record<string, unknown> = {
    at: new Date(0),
    action: 'user.deleted',
    outcome: 'denied',
    'actor.id': 'c'.repeat(24),
    'resource.ownerId': 'c'.repeat(24),
    requestId: null,
    'details.n': 99,
    'details.deep.b': 2.5,
    prevHash: 'f'.repeat(64),
    hash: 'f'.repeat(64),
  };
  it.each(Object.keys(FIELDS))('shows that %s was changed behind the platform', async (field) => {
    await record(4);
    await chained();
    await events.updateOne({ tenantId: tenantId(), seq: 3 }, { $set: { [field]: FIELDS[field] } });
    expect(await verdict()).toMatchObject({ valid: false, checked: 2, firstBroken: { seq: 3 } });
  });

  it('shows an event that was deleted, wherever it stood', async () => {
    await record(4);
    await chained();
    await events.deleteOne({ tenantId: tenantId(), seq: 2 });
    expect(await verdict()).toMatchObject({ valid: false, firstBroken: { seq: 2, reason: 'missing' } });
    await events.deleteMany({ tenantId: tenantId(), seq: { $gt: 1 } });
    expect(await verdict()).toMatchObject({
      valid: false,
      firstBroken: { id: null, seq: 2, reason: 'missing' },
    });
  });

  it('shows that the end was moved with its tail', async () => {
    await record(4);
    await chained();
    await events.deleteOne({ tenantId: tenantId(), seq: 4 });
    const third = await events.findOne({ tenantId: tenantId(), seq: 3 });
    const heads = client.db(dbName).collection<{ _id: string }>('audit_heads');
    await heads.updateOne({ _id: owner }, { $set: { seq: 3, hash: third!['hash'] as string } });
    expect(await verdict()).toMatchObject({ valid: false, firstBroken: { reason: 'head' } });
    await heads.deleteOne({ _id: owner });
    expect(await verdict()).toMatchObject({ valid: false, firstBroken: { reason: 'head' } });
  });

  it('shows two events that changed places, and a chain made anew with another key', async () => {
    await record(4);
    await chained();
    await events.updateOne({ tenantId: tenantId(), seq: 2 }, { $set: { seq: 99 } });
    await events.updateOne({ tenantId: tenantId(), seq: 3 }, { $set: { seq: 2 } });
    await events.updateOne({ tenantId: tenantId(), seq: 99 }, { $set: { seq: 3 } });
    expect(await verdict()).toMatchObject({ valid: false, firstBroken: { seq: 2 } });

    owner = new Types.ObjectId().toHexString();
    await record(2);
    await chained();
    const [first, last] = await events.find({ tenantId: tenantId() }).sort({ seq: 1 }).toArray();
    const forged = { ...last!, details: { n: 1_000 } } as never;
    const link = linkAfter(randomBytes(32), { seq: 1, hash: first!['hash'] as string }, forged);
    await events.updateOne({ _id: last!._id }, { $set: { details: { n: 1_000 }, ...link } });
    expect(await verdict()).toMatchObject({ valid: false, firstBroken: { seq: 2, reason: 'altered' } });
  });

  describe('is not made whole again by the sequencer', () => {
    const heads = () =>
      client.db(dbName).collection<{ _id: string; seq: number; hash: string }>('audit_heads');
    /** What the platform itself does next. */
    const goesOn = async (): Promise<void> => {
      await record(2);
      await chained();
    };

    /** An earlier state of a log that was longer, its end with its seal included. */
    const putBackToTwo = async (): Promise<void> => {
      await record(2);
      await chained();
      const earlier = await heads().findOne({ _id: owner });
      await record(2);
      await chained();
      await events.deleteMany({ tenantId: tenantId(), seq: { $gt: 2 } });
      await heads().replaceOne({ _id: owner }, earlier!);
    };

    it('after the end was moved with its tail', async () => {
      await record(4);
      await chained();
      await events.deleteMany({ tenantId: tenantId(), seq: { $gt: 2 } });
      const second = await events.findOne({ tenantId: tenantId(), seq: 2 });
      await heads().updateOne({ _id: owner }, { $set: { seq: 2, hash: second!['hash'] as string } });
      await goesOn();
      expect(await verdict()).toMatchObject({ valid: false, firstBroken: { reason: 'head' } });
    });

    it('after the end was deleted', async () => {
      await record(3);
      await chained();
      await heads().deleteOne({ _id: owner });
      await goesOn();
      expect(await verdict()).toMatchObject({ valid: false, firstBroken: { reason: 'head' } });
      await events.deleteMany({ tenantId: tenantId() });
      await goesOn();
      expect(await verdict()).toMatchObject({ valid: false, firstBroken: { reason: 'head' } });
    });

    it('after an earlier end was put back, with what came after it deleted', async () => {
      await putBackToTwo();
      await goesOn();
      expect(await verdict()).toMatchObject({
        valid: false,
        firstBroken: { id: null, seq: 3, reason: 'missing' },
      });
    });

    it('after every event was told that it has no place yet, and one of them changed', async () => {
      await record(3);
      await chained();
      await events.deleteOne({ tenantId: tenantId(), seq: 2 });
      await events.updateMany({ tenantId: tenantId() }, { $set: { seq: null, prevHash: null, hash: null } });
      await heads().deleteOne({ _id: owner });
      await goesOn();
      expect(await verdict()).toMatchObject({ valid: false, firstBroken: { reason: 'head' } });
    });

    it('when somebody slips in an event, or changes one that has no place yet', async () => {
      await record(1);
      const { _id, ...genuine } = (await events.findOne({ tenantId: tenantId() }))!;
      await events.insertOne({ ...genuine, at: new Date() });
      await chained();
      expect(await verdict()).toMatchObject({
        valid: false,
        checked: 1,
        firstBroken: { seq: 2, reason: 'altered' },
      });

      owner = new Types.ObjectId().toHexString();
      await record(1);
      await events.updateOne({ tenantId: tenantId() }, { $set: { outcome: 'denied' } });
      await chained();
      expect(await verdict()).toMatchObject({
        valid: false,
        checked: 0,
        firstBroken: { seq: 1, reason: 'altered' },
      });
      expect(_id).toBeDefined();
    });

    it('and keeps nobody else waiting', async () => {
      await record(60);
      await chained();
      await heads().deleteOne({ _id: owner });
      await record(60);
      owner = new Types.ObjectId().toHexString();
      await record(1);
      for (let turn = 0; turn < 5; turn++) await module.get(AuditChain).advance(20);
      expect(await verdict()).toMatchObject({ valid: true, checked: 1 });
    });

    it('until the operator says that the database was put back on purpose', async () => {
      await putBackToTwo();
      await goesOn();
      const verifier = module.get(AuditVerifier);
      expect(await verifier.acceptRestored(owner)).toMatchObject({ valid: true, checked: 2 });
      expect(await verdict()).toMatchObject({ valid: true, checked: 2 });

      // What waited gets its place when the chain is looked at again.
      jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 61_000);
      await chained();
      expect(await verdict()).toEqual({ valid: true, checked: 4, firstBroken: null });
    });

    it('and does not take a log that is broken for one that was put back', async () => {
      await record(3);
      await chained();
      await events.deleteOne({ tenantId: tenantId(), seq: 2 });
      expect(await module.get(AuditVerifier).acceptRestored(owner)).toMatchObject({ valid: false });
      expect(await verdict()).toMatchObject({ valid: false, firstBroken: { seq: 2, reason: 'missing' } });
    });

    it('and forgets a log that is gone on purpose', async () => {
      await record(2);
      await chained();
      await heads().deleteOne({ _id: owner });
      await events.deleteMany({ tenantId: tenantId() });
      expect(await module.get(AuditVerifier).acceptRestored(owner)).toMatchObject({
        valid: true,
        checked: 0,
      });
      expect(await module.get(AuditVerifier).owners()).not.toContain(owner);
      await goesOn();
      expect(await verdict()).toMatchObject({ valid: true, checked: 2 });
    });

    it('but raises an alarm each time that it is found', async () => {
      const breaks = async () => {
        const text = await module.get(Metrics).registry.getSingleMetricAsString('audit_chain_breaks_total');
        return Number(/^audit_chain_breaks_total (\d+)$/m.exec(text)?.[1] ?? 0);
      };
      await record(1);
      await chained();
      await heads().deleteOne({ _id: owner });
      const before = await breaks();
      await goesOn();
      await goesOn();
      expect(await breaks()).toBe(before + 1);
    });

    it('and names a log of which nothing is left', async () => {
      await record(2);
      await chained();
      await heads().deleteOne({ _id: owner });
      await events.deleteMany({ tenantId: tenantId() });
      expect(await module.get(AuditVerifier).owners()).toContain(owner);
      expect(await verdict()).toMatchObject({ valid: false, firstBroken: { reason: 'head' } });
    });
  });

  it('holds more events than come in one batch', async () => {
    await Promise.all(Array.from({ length: 25 }, () => record(10)));
    expect(await module.get(AuditChain).advance(500)).toBe(250);
    expect(await verdict()).toEqual({ valid: true, checked: 250, firstBroken: null });
  });

  it.each<[string, object]>([
    ['an owner that is none', { tenantId: 'x' }],
    ['no owner', { tenantId: undefined }],
    ['an id that is none', { _id: 'x' }],
    ['half a place', { prevHash: 'x' }],
  ])('is kept from growing by no event with %s', async (_what, poison) => {
    const stored = {
      tenantId: tenantId(),
      at: new Date(0),
      seq: null,
      prevHash: null,
      hash: null,
      ...poison,
    };
    const { insertedId } = await events.insertOne(stored as never, { ignoreUndefined: true });
    await record(2);
    await chained();
    await events.deleteOne({ _id: insertedId });
    expect(await verdict()).toMatchObject({ valid: true, checked: 2 });
  });

  it('is checked with all others, whatever somebody has put among them', async () => {
    await record(2);
    await chained();
    const heads = client.db(dbName).collection<{ _id: string }>('audit_heads');
    const { insertedId } = await events.insertOne({ tenantId: 'x', seq: 1 });
    await heads.insertOne({ _id: 'no owner' });
    const owners = await module
      .get(AuditVerifier)
      .owners()
      .finally(async () => {
        await events.deleteOne({ _id: insertedId });
        await heads.deleteOne({ _id: 'no owner' });
      });
    expect(owners).toContain(owner);
    expect(owners.filter((one) => !/^(platform|[0-9a-f]{24})$/.test(one))).toEqual([]);
  });

  it('takes events as MongoDB stores them, not as they were given', async () => {
    await module.get(AuditLog).record({
      tenantId: owner,
      action: 'user.updated',
      outcome: 'allowed',
      actor: { type: 'user', id: 'a'.repeat(24) },
      requestId: 'half \ud800',
      details: { none: undefined, list: [1, undefined, 2n ** 60n, 'half \udfff'], deep: { none: undefined } },
    });
    await chained();
    expect(await verdict()).toMatchObject({ valid: true, checked: 1 });
  });

  it('goes on without Redis, and is marked when it is back', async () => {
    const alone = await aProcess('redis://127.0.0.1:1');
    try {
      await record(2);
      await chained(alone);
      expect(await alone.get(AuditVerifier).verify(owner)).toMatchObject({ valid: true, checked: 2 });
      expect(await alone.get(AuditVerifier).owners()).toContain(owner);
      await expect(alone.get(AuditVerifier).acceptRestored(owner)).rejects.toThrow();
      await record(1);
      await chained();
      expect(await verdict()).toMatchObject({ valid: true, checked: 3 });
      expect((await module.get(ChainMarks).of([owner])).get(owner)).toBe(3);
    } finally {
      await alone.close();
    }
  });

  it('is marked later by the process that could not at first', async () => {
    const marks = module.get(ChainMarks);
    await record(2);
    const send = jest
      .spyOn(module.get<Redis>(REDIS), 'sendCommand')
      .mockRejectedValue(new Error('away') as never);
    expect(await module.get(AuditChain).advance(100)).toBe(2);
    send.mockRestore();
    expect((await marks.of([owner])).get(owner)).toBe(0);
    await module.get(AuditChain).advance(100);
    expect((await marks.of([owner])).get(owner)).toBe(2);
  });

  it('is never marked shorter by a process that comes late', async () => {
    const marks = module.get(ChainMarks);
    await marks.raise(new Map([[owner, 5]]));
    await marks.raise(new Map([[owner, 4]]));
    expect((await marks.of([owner])).get(owner)).toBe(5);
    await marks.lower(owner, 0);
  });

  it.each<[string, Record<string, unknown>]>([
    ['a field that the platform never wrote', { note: 'nothing to see' }],
    [
      'an id of another kind, which no query by user finds',
      { 'actor.id': new Types.ObjectId('a'.repeat(24)) },
    ],
    ['what JSON shows nothing of', { 'details.deep.a': NaN }],
    ['an object of another kind', { 'details.deep': /forged/ }],
    ['a time as text, which no query by time finds', { 'details.at': new Date(2).toISOString() }],
  ])('shows %s', async (_what, change) => {
    await record(2);
    await chained();
    await events.updateOne({ tenantId: tenantId(), seq: 2 }, { $set: change });
    expect(await verdict()).toMatchObject({ valid: false, firstBroken: { seq: 2, reason: 'altered' } });
  });

  it('grows by itself once the process serves', async () => {
    await module.init();
    await record(3);
    await until('the events to be chained', async () => (await verdict()).checked === 3);
    expect(await verdict()).toMatchObject({ valid: true });
  });
});
