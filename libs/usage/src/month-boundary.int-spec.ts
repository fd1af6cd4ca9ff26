import { randomBytes, randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { UsageHashes, type Addition } from './usage-hashes';

const LAST = Date.UTC(2031, 0, 1) - 1;
const FIRST = Date.UTC(2031, 0, 1);
const DAY_MS = 86_400_000;

describe('The month of usage', () => {
  let redis: Redis;
  let hashes: UsageHashes;
  let tenantId: string;
  const clock = `test-clock:${randomUUID()}`;

  beforeAll(() => {
    redis = new Redis(process.env['TEST_REDIS_URL']!);
    hashes = new UsageHashes(redis, (source) =>
      source.replaceAll("redis.call('TIME')", `redis.call('HMGET', '${clock}', 's', 'us')`),
    );
  });
  afterAll(async () => {
    await redis.del(clock);
    redis.disconnect();
  });
  beforeEach(() => {
    tenantId = randomBytes(12).toString('hex');
  });

  /** Redis's clock, in Unix milliseconds. */
  const itIs = (unixMs: number) =>
    redis.hset(clock, { s: Math.floor(unixMs / 1_000), us: (unixMs % 1_000) * 1_000 });
  let sequence = 0;
  const add = (measured: Addition['measured'], by = 1) =>
    hashes.add('writer', [
      { tenantId, sequence: ++sequence, measured, amounts: new Map([['transactions', by]]) },
    ]);
  const transactions = async (period?: string) => {
    const { counts, period: month } = await hashes.read(tenantId, period);
    return [month, counts.transactions];
  };

  it('ends at midnight in UTC by Redis’s clock: 23:59:59.999 is the old one, a millisecond later the new', async () => {
    await itIs(LAST);
    await add({ ageMs: 0 });
    expect(await transactions()).toEqual(['2030-12', 1]);
    await itIs(FIRST);
    expect(await transactions()).toEqual(['2031-01', 0]);
    await add({ ageMs: 0 }, 5);
    expect(await transactions()).toEqual(['2031-01', 5]);
    expect(await transactions('2030-12')).toEqual(['2030-12', 1]);
  });

  it('of what was measured before midnight and comes after it is the old one', async () => {
    await itIs(FIRST);
    await add({ ageMs: 1 });
    await add({ ageMs: 0 }, 3);
    await itIs(FIRST + 250);
    await add({ ageMs: 251 });
    await add({ ageMs: 250 }, 3);
    expect([await transactions('2030-12'), await transactions('2031-01')]).toEqual([
      ['2030-12', 2],
      ['2031-01', 6],
    ]);
  });

  it('of a payment is that of its own date, whatever Redis’s clock says', async () => {
    await itIs(FIRST + 2_000);
    await add({ at: LAST });
    await itIs(LAST - 2_000);
    await add({ at: FIRST }, 4);
    expect([await transactions('2030-12'), await transactions('2031-01')]).toEqual([
      ['2030-12', 1],
      ['2031-01', 4],
    ]);
  });

  it.each([
    ['2030-12', LAST, FIRST],
    ['2031-01', FIRST, Date.UTC(2031, 1, 1)],
    ['2032-02', Date.UTC(2032, 1, 29, 23, 59, 59, 999), Date.UTC(2032, 2, 1)],
  ])('%s is kept until 90 days after its end, to the second', async (period, now, end) => {
    const key = `usage:{${tenantId}}:${period}`;
    const kept = (end + 90 * DAY_MS) / 1_000;
    await itIs(now);
    await add({ ageMs: 0 });
    expect(await redis.expiretime(key)).toBe(kept);
    // Rebuilt and put right it is kept no longer and no shorter.
    await redis.del(key);
    const lost = { api_calls: 1, transactions: 2, storage_bytes: 3, bandwidth_bytes: 4 };
    expect(await hashes.rebuild(tenantId, period, lost)).toEqual(lost);
    expect(await redis.expiretime(key)).toBe(kept);
    await redis.persist(key);
    expect(await hashes.adjust(tenantId, period, 'transactions', { seen: 2, actual: 7 })).toBe(true);
    expect(await redis.expiretime(key)).toBe(kept);
  });

  it('is not brought back when its time is over', async () => {
    const lost = { api_calls: 1, transactions: 2, storage_bytes: 3, bandwidth_bytes: 4 };
    await itIs(FIRST + 90 * DAY_MS - 1_000);
    expect(await hashes.adjust(tenantId, '2030-12', 'transactions', { seen: 0, actual: 2 })).toBe(true);
    await itIs(FIRST + 90 * DAY_MS);
    expect(await hashes.adjust(tenantId, '2030-12', 'transactions', { seen: 2, actual: 3 })).toBe(false);
    await redis.del(`usage:{${tenantId}}:2030-12`);
    expect(await hashes.rebuild(tenantId, '2030-12', lost)).toEqual(lost);
    expect(await redis.exists(`usage:{${tenantId}}:2030-12`)).toBe(0);
  });
});
