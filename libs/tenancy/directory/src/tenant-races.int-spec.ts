import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import mongoose, { type Connection } from 'mongoose';
import type { ResolvedTenant } from '@financeops/tenancy/context';
import { FaultyProxy, until } from '@financeops/testing';
import { aTenancyProcess, type TenancyProcess } from './testing/tenancy-process';

jest.setTimeout(120_000);

/** Milliseconds from a change's answer until the other process saw it. */
class Delays {
  private readonly seen: number[] = [];

  async until(isSeen: () => Promise<boolean>): Promise<void> {
    const answered = performance.now();
    await until('the change to be seen', isSeen, { everyMs: 1 });
    this.seen.push(performance.now() - answered);
  }

  toString(): string {
    const sorted = this.seen.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]!.toFixed(1);
    return `${sorted.length} changes, seen after ${at(0.5)} ms (median), ${at(0.99)} ms (p99), ${at(1)} ms (most)`;
  }
}

/**
 * Looks a tenant up in one process again and again, by id and by slug, and holds each lookup to what this process knew when
 * it began: once it has answered with a revision, none that begins later may answer with an older one.
 */
const aReader = ({ directory }: TenancyProcess, tenant: ResolvedTenant) => {
  let stop = false;
  let known = 0;
  let reads = 0;
  const stale: string[] = [];
  const read = async (by: 'id' | 'slug'): Promise<void> => {
    while (!stop) {
      const before = known;
      const found = await (by === 'id' ? directory.findById(tenant.id) : directory.findBySlug(tenant.slug));
      const round = Number(found?.snapshot.name.split(' ')[1]);
      reads++;
      if (!(round >= before)) stale.push(`${round} after ${before}`);
      known = Math.max(known, round);
      // Lookups in the process alone end in the same turn of the event loop.
      await new Promise(setImmediate);
    }
  };
  const ended = Promise.all([read('id'), read('slug'), read('slug')]);
  return {
    stale,
    get reads() {
      return reads;
    },
    end: () => {
      stop = true;
      return ended;
    },
  };
};

describe('Lookups that race changes, in two processes', () => {
  const dbName = `races_${randomUUID().slice(0, 8)}`;
  let one: TenancyProcess;
  let two: TenancyProcess;
  let admin: Connection;
  /** Through which the second process listens. */
  let proxy: FaultyProxy;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    const url = new URL(process.env['TEST_REDIS_URL']!);
    proxy = await FaultyProxy.before(Number(url.port));
    url.port = String(proxy.port);
    [one, two] = [await aTenancyProcess(dbName), await aTenancyProcess(dbName, { subscriber: url.href })];
    admin = await mongoose.createConnection(process.env['TEST_MONGODB_URI']!, { dbName }).asPromise();
  });
  afterAll(async () => {
    await admin?.dropDatabase();
    await Promise.all([one?.close(), two?.close(), admin?.close()]);
    await proxy?.cut();
  });

  const create = () => {
    const slug = `t-${randomUUID().slice(0, 13)}`;
    return one.registry.create({ slug, name: 'round 0', tier: 'STARTER' });
  };
  const roundIn = async ({ directory }: TenancyProcess, { id, slug }: ResolvedTenant, round: number) => {
    const found = [await directory.findById(id), await directory.findBySlug(slug)];
    return found.every((tenant) => tenant?.snapshot.name === `round ${round}`);
  };
  /** What a lookup must fetch from MongoDB: the race is longest there. */
  const forgetIn = (redis: TenancyProcess['redis'], { id }: ResolvedTenant) =>
    redis.del(`tenant:{${id}}:record`);

  it('1,000 rounds: none answers with what was older than an answer before, and no cache gets it back', async () => {
    const delays = new Delays();
    const LANES = 4;
    const lane = async (): Promise<void> => {
      const tenant = await create();
      const readers = [aReader(one, tenant), aReader(two, tenant)];
      for (let round = 1; round <= 1_000 / LANES; round++) {
        const [here, there] = round % 2 === 0 ? [one, two] : [two, one];
        if (round % 3 === 0) await forgetIn(one.redis, tenant);
        // The change begins anywhere between a lookup's steps.
        if (round % 5 === 0) await sleep(Math.random() * 5);
        await here.registry.change(tenant.id, { name: `round ${round}` });
        expect(await roundIn(here, tenant, round)).toBe(true);
        await delays.until(() => roundIn(there, tenant, round));
      }
      for (const reader of readers) {
        await reader.end();
        expect(reader.stale).toEqual([]);
        expect(reader.reads).toBeGreaterThan(1_000 / LANES);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    process.stdout.write(`[staleness] two processes: ${delays.toString()}\n`);
  });

  it.each([
    ['cut', () => proxy.cut()],
    ['silent', () => proxy.silence()],
  ])(
    'with pub/sub %s again and again, every change is seen, and none undone by a lookup',
    async (_, fail) => {
      const delays = new Delays();
      const tenant = await create();
      const reader = aReader(two, tenant);
      for (let round = 1; round <= 4; round++) {
        await until('it to know the tenant', () => roundIn(two, tenant, round - 1));
        await fail();
        await one.registry.change(tenant.id, { name: `round ${round}` });
        // Half of them find pub/sub back while the old state may still be on its way.
        if (round % 2 === 0) await proxy.restore();
        await delays.until(() => roundIn(two, tenant, round));
        await proxy.restore();
      }
      await reader.end();
      expect(reader.stale).toEqual([]);
      process.stdout.write(`[staleness] pub/sub gone: ${delays.toString()}\n`);
    },
  );

  it('a lookup that began before pub/sub was lost is not kept when it is back', async () => {
    const tenant = await create();
    await until('it to listen', () => roundIn(two, tenant, 0));
    const genuine = two.store.find.bind(two.store);
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    await two.directory.invalidate(tenant.id, 1);
    await forgetIn(one.redis, tenant);
    const { slug } = tenant;
    jest.spyOn(two.store, 'find').mockImplementationOnce(async (key) => {
      const old = await genuine(key);
      await gate;
      return old;
    });
    await proxy.cut();
    await until('pub/sub to be lost', () => two.subscriber.status !== 'ready');
    const found = new Promise<ResolvedTenant | null>((resolve) => {
      void two.directory.findBySlug(slug).then(resolve);
    });
    await one.registry.change(tenant.id, { name: 'round 1' });
    await proxy.restore();
    await two.subscriber.ping();
    await until('pub/sub to be back', () => two.subscriber.status === 'ready');
    await two.subscriber.subscribe('any');
    release();
    await found;
    expect(await roundIn(two, tenant, 1)).toBe(true);
  });

  it('a change by a process that can’t reach Redis is seen, though Redis remembers the old state', async () => {
    const url = new URL(process.env['TEST_REDIS_URL']!);
    const way = await FaultyProxy.before(Number(url.port));
    url.port = String(way.port);
    const cutOff = await aTenancyProcess(dbName, { commands: url.href });
    const tenant = await create();
    await until('it to be known', () => roundIn(two, tenant, 0));
    await way.cut();
    await cutOff.registry.change(tenant.id, { name: 'round 1' });
    await until('the change to be seen', () => roundIn(two, tenant, 1));
    const late = await aTenancyProcess(dbName);
    await until('who starts later to see it', () => roundIn(late, tenant, 1));
    await Promise.all([cutOff.close(), late.close()]);
    await way.cut();
  });
});
