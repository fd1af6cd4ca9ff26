import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { RedisWindows } from './redis-windows';
import { SLIDING_WINDOW_LUA } from './sliding-window.lua';
import type { RateLimitRequest, WindowSpec } from './window';

const DAY_MS = 86_400_000;
/** Where stamps begin again at the lowest. */
const WRAP_MS = 2 ** 24;

/** The script on a clock that the test sets, in Unix milliseconds. */
class FakeClock {
  private readonly key = `test-clock:${randomUUID()}`;
  private readonly latest = `${this.key}:latest`;
  readonly source = SLIDING_WINDOW_LUA.replaceAll(
    "redis.call('TIME')",
    `redis.call('HMGET', '${this.key}', 's', 'us')`,
  ).replaceAll('KEYS[1]', `'${this.latest}'`);

  constructor(private readonly redis: Redis) {}

  async set(unixMs: number): Promise<void> {
    await this.redis.hset(this.key, { s: Math.floor(unixMs / 1_000), us: (unixMs % 1_000) * 1_000 + 999 });
  }

  /** Nobody knows any more how late it has been. */
  async forgetLatest(): Promise<void> {
    await this.redis.del(this.latest);
  }
}

/** What the script must do, in the plainest form: full stamps, one question at a time. */
class Model {
  private readonly logs = new Map<string, number[]>();

  decide({ owner, windows, peek }: RateLimitRequest, clock: number) {
    const asked = windows.map((window) => {
      const key = `${owner}:${window.name}`;
      let log = this.logs.get(key) ?? [];
      const newest = log.at(-1) ?? clock;
      if (newest - clock > window.windowMs) log = log.map(() => clock);
      const now = Math.max(clock, log.at(-1) ?? clock);
      log = log.filter((stamp) => now - stamp <= window.windowMs);
      this.logs.set(key, log);
      const over = log.length + (window.cost ?? 1) - window.limit;
      const leaving = log[over - 1];
      const wait =
        over <= 0 ? 0 : leaving === undefined ? window.windowMs : leaving + window.windowMs + 1 - clock;
      return { window, log, now, wait };
    });
    const allowed = asked.every(({ wait }) => wait === 0);
    if (allowed && peek !== true) {
      for (const { window, log, now } of asked) log.push(...new Array<number>(window.cost ?? 1).fill(now));
    }
    return {
      allowed,
      retryInMs: Math.max(0, ...asked.map(({ wait }) => wait)),
      windows: asked.map(({ window, log }) => ({
        name: window.name,
        remaining: Math.max(0, window.limit - log.length),
        resetInMs: log[0] === undefined ? 0 : log[0] + window.windowMs - clock,
      })),
    };
  }
}

jest.setTimeout(60_000);

describe('the sliding-window script', () => {
  let redis: Redis;
  let owner: string;

  beforeAll(() => {
    redis = new Redis(process.env['TEST_REDIS_URL']!);
  });
  afterAll(() => redis.quit());
  beforeEach(() => {
    owner = `test-${randomUUID()}`;
  });

  const question = (
    window: Partial<WindowSpec> = {},
    rest: Partial<RateLimitRequest> = {},
  ): RateLimitRequest => ({
    owner,
    windows: [{ name: 'global', limit: 3, windowMs: 60_000, ...window }],
    countsCall: false,
    ...rest,
  });

  describe('on a clock of ours', () => {
    let clock: FakeClock;
    let windows: RedisWindows;
    const start = Math.ceil(Date.now() / WRAP_MS) * WRAP_MS;
    const at = async (offset: number, asked: RateLimitRequest = question()) => {
      await clock.set(start + offset);
      return windows.ask(asked);
    };

    beforeEach(() => {
      clock = new FakeClock(redis);
      windows = new RedisWindows(redis, { source: clock.source });
    });

    it('decides as the model does, batched or one by one, with clocks set back and stamps that wrap', async () => {
      const window = (name: string) =>
        fc.record({
          name: fc.constant(name),
          limit: fc.integer({ min: 3, max: 9 }),
          windowMs: fc.constant(1_000),
          cost: fc.integer({ min: 1, max: 3 }),
        });
      const asked = fc.record({
        windows: fc.oneof(
          fc.tuple(window('global')),
          fc.tuple(window('global'), window('route')),
          fc.tuple(window('route')),
        ),
        peek: fc.boolean(),
      });
      const turn = fc.record({
        advance: fc.oneof(
          { weight: 8, arbitrary: fc.integer({ min: 0, max: 700 }) },
          { weight: 1, arbitrary: fc.integer({ min: 900, max: 1_100 }) },
          { weight: 1, arbitrary: fc.integer({ min: -2_500, max: 0 }) },
        ),
        questions: fc.array(asked, { minLength: 1, maxLength: 20 }),
      });
      const turns = fc.array(turn, { minLength: 1, maxLength: 25 });
      await fc.assert(
        fc.asyncProperty(turns, fc.integer({ min: -8_000, max: 0 }), async (all, offset) => {
          await clock.forgetLatest();
          const model = new Model();
          const own = `test-${randomUUID()}`;
          let now = start + offset;
          for (const { advance, questions } of all) {
            now += advance;
            await clock.set(now);
            const asks = questions.map((rest) => ({ owner: own, countsCall: false, ...rest }));
            const verdicts = await Promise.all(asks.map((ask) => windows.ask(ask)));
            verdicts.forEach((verdict, i) => {
              expect(verdict).toMatchObject(model.decide(asks[i]!, now));
              expect(verdict.windows.every((w) => w.resetAt - w.resetInMs === now)).toBe(true);
            });
          }
        }),
        { numRuns: 60, endOnFailure: true, interruptAfterTimeLimit: 15_000 },
      );
    });

    it('never has more than the limit in a window, though the clock goes back and nobody remembers how late it has been', async () => {
      const turn = fc.record({
        passes: fc.integer({ min: 0, max: 600 }),
        setBack: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 3_000 })),
        forgets: fc.boolean(),
        asks: fc.integer({ min: 1, max: 6 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(turn, { minLength: 5, maxLength: 25 }), async (turns) => {
          await clock.forgetLatest();
          const own = `test-${randomUUID()}`;
          const admitted: number[] = [];
          let [passed, behind] = [0, 0];
          for (const { passes, setBack, forgets, asks } of turns) {
            passed += passes;
            behind += setBack;
            if (forgets) await clock.forgetLatest();
            await clock.set(start + passed - behind);
            const asked = question({ windowMs: 1_000 }, { owner: own });
            const verdicts = await Promise.all(Array.from({ length: asks }, () => windows.ask(asked)));
            for (const { allowed } of verdicts) if (allowed) admitted.push(passed);
            const key = `rate_limit:{${own}}:global`;
            // What it goes by is kept for as long as it counts.
            if (await redis.exists(key)) expect(await redis.pttl(key)).toBeGreaterThan(0);
          }
          for (const from of admitted) {
            const together = admitted.filter((moment) => moment >= from && moment - from < 1_000);
            expect(together.length).toBeLessThanOrEqual(3);
          }
        }),
        { numRuns: 60, endOnFailure: true, interruptAfterTimeLimit: 15_000 },
      );
    });

    it('keeps a log for as long as an entry of it counts, whatever the pace', async () => {
      const asked = question({ limit: 1_000, windowMs: 60_000 });
      const key = `rate_limit:{${owner}}:global`;
      const pace = [0, 59_000, 2_000, 14_000, 20_000, 30_000, 60_000, 60_000, 1, 59_999, 45_000, 200_000];
      let [moment, expires] = [0, 0];
      for (const pause of pace) {
        moment += pause;
        if (moment > expires) await redis.del(key);
        // Longer than any of the script's own, so that it shows whether the script sets another.
        else await redis.pexpire(key, 10_000_000);
        await at(moment, asked);
        const left = await redis.pttl(key);
        if (left < 1_000_000) expires = moment + left;
        expect(expires).toBeGreaterThanOrEqual(moment + 60_000);
      }
    });

    it('counts an entry until its age is more than the window', async () => {
      for (const offset of [0, 0, 0]) expect((await at(offset)).allowed).toBe(true);
      expect(await at(60_000)).toMatchObject({ allowed: false, retryInMs: 1 });
      expect((await at(60_001)).allowed).toBe(true);
    });

    it('does not put off the next admission for those who keep asking', async () => {
      for (const offset of [0, 10, 20]) await at(offset);
      for (let offset = 1_000; offset <= 60_000; offset += 1_000) {
        expect(await at(offset)).toMatchObject({ allowed: false, retryInMs: 60_001 - offset });
      }
      expect((await at(60_001)).allowed).toBe(true);
      expect((await at(60_002)).allowed).toBe(false);
    });

    it('lets a lowered limit count what was admitted before, and a raised one add the difference', async () => {
      for (const offset of [0, 10, 20]) await at(offset);
      const lowered = await at(30, question({ limit: 1 }));
      expect(lowered).toMatchObject({ allowed: false, windows: [{ limit: 1, remaining: 0 }] });
      // Three are counted: all of them must leave, not just the first.
      expect(lowered.retryInMs).toBe(60_000 + 20 + 1 - 30);
      expect((await at(40, question({ limit: 5 }))).windows[0]?.remaining).toBe(1);
      expect((await at(50, question({ limit: 5 }))).allowed).toBe(true);
      expect((await at(60, question({ limit: 5 }))).allowed).toBe(false);
    });

    it('refuses everything at a limit of nothing', async () => {
      expect(await at(0, question({ limit: 0 }))).toMatchObject({ allowed: false, retryInMs: 60_000 });
    });

    it('is not opened early, nor shut for long, by a clock set back', async () => {
      for (const offset of [0, 0, 0]) await at(offset);
      expect(await at(-5_000)).toMatchObject({ allowed: false, retryInMs: 65_001 });
      const far = await at(-600_000);
      expect(far).toMatchObject({ allowed: false, retryInMs: 60_001 });
      expect((await at(-600_000 + 60_001)).allowed).toBe(true);
    });

    it.each([
      ['the last millisecond of a year', Date.UTC(2031, 0, 1) - 1, '2030-12'],
      ['the first of the next', Date.UTC(2031, 0, 1), '2031-01'],
      ['the last of a leap February', Date.UTC(2028, 2, 1) - 1, '2028-02'],
      ['the first of March after it', Date.UTC(2028, 2, 1), '2028-03'],
      ['the last of a common February', Date.UTC(2027, 2, 1) - 1, '2027-02'],
    ])('counts a call of %s in its month, kept until 90 days after it', async (_, unixMs, month) => {
      await clock.set(unixMs);
      await windows.ask(question({}, { countsCall: true }));
      const key = `usage:{${owner}}:${month}`;
      expect(await redis.hgetall(key)).toEqual({ api_calls: '1' });
      const [year, number] = month.split('-').map(Number);
      expect(await redis.expiretime(key)).toBe((Date.UTC(year!, number!, 1) + 90 * DAY_MS) / 1_000);
      await redis.del(key);
    });

    it('knows the month of every day for 30 years', async () => {
      const days = fc.integer({ min: Date.UTC(2020, 0, 1) / DAY_MS, max: Date.UTC(2050, 0, 1) / DAY_MS });
      await fc.assert(
        fc.asyncProperty(days, async (day) => {
          await clock.set(day * DAY_MS);
          const own = `test-${randomUUID()}`;
          await windows.ask({ owner: own, windows: [], countsCall: true });
          const key = `usage:{${own}}:${new Date(day * DAY_MS).toISOString().slice(0, 7)}`;
          // A month that is long past is gone at once, by its own expiry: 90 days after its end, which is after the day's.
          const kept = (day + 1 + 90) * DAY_MS > Date.now() + DAY_MS;
          if (kept) expect(await redis.hget(key, 'api_calls')).toBe('1');
          await redis.del(key);
        }),
      );
    });
  });

  it('enters places taken elsewhere in their order, and forgets those that have left', async () => {
    const windows = new RedisWindows(redis);
    const window = { owner, name: 'global', windowMs: 60_000 };
    const now = 1_000_000;
    await windows.restore([{ ...window, takenAt: [now - 30_000, now - 10_000] }], now);
    await windows.restore([{ ...window, takenAt: [now - 61_000, now - 40_000, now - 20_000] }], now);
    const stamps = (await redis.lrange(`rate_limit:{${owner}}:global`, 0, -1)).map(Number);
    const apart = stamps.slice(1).map((stamp, i) => (stamp - stamps[i]! + WRAP_MS) % WRAP_MS);
    expect(apart).toHaveLength(3);
    for (const gap of apart) expect(Math.abs(gap - 10_000)).toBeLessThan(5_000);
    expect((await windows.ask(question({ limit: 4 }))).allowed).toBe(false);
    expect((await windows.ask(question({ limit: 5 }))).allowed).toBe(true);
  });

  describe('on Redis’s clock', () => {
    it('never has more than the limit in a window, whoever asks over however many connections', async () => {
      const clients = Array.from({ length: 3 }, () => new Redis(process.env['TEST_REDIS_URL']!));
      const connections = clients.map((client) => new RedisWindows(client));
      const shape = fc.record({
        limit: fc.integer({ min: 3, max: 12 }),
        windowMs: fc.integer({ min: 200, max: 500 }),
        pauses: fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 40, maxLength: 40 }),
        costs: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 40, maxLength: 40 }),
      });
      await fc.assert(
        fc.asyncProperty(shape, async ({ limit, windowMs, pauses, costs }) => {
          const own = `test-${randomUUID()}`;
          const places: number[] = [];
          const ask = async (connection: RedisWindows, cost: number) => {
            const verdict = await connection.ask({
              owner: own,
              windows: [{ name: 'global', limit, windowMs, cost }],
              countsCall: false,
            });
            const [state] = verdict.windows;
            if (verdict.allowed)
              places.push(...new Array<number>(cost).fill(state!.resetAt - state!.resetInMs));
          };
          for (const [i, pause] of pauses.entries()) {
            await new Promise((resolve) => setTimeout(resolve, pause));
            await Promise.all(connections.map((connection) => ask(connection, costs[i]!)));
          }
          expect(places.length).toBeGreaterThanOrEqual(limit - 2);
          places.sort((a, b) => a - b);
          places.forEach((stamp, index) => {
            if (index >= limit) expect(stamp - places[index - limit]!).toBeGreaterThan(windowMs);
          });
        }),
        { numRuns: 6, endOnFailure: true, interruptAfterTimeLimit: 15_000 },
      );
      for (const client of clients) client.disconnect();
    });

    it('admits a request after the wait that it gave, and not before', async () => {
      const windows = new RedisWindows(redis);
      const asked = question({ limit: 2, windowMs: 400 });
      await windows.ask(asked);
      await windows.ask(asked);
      const { allowed, retryInMs } = await windows.ask(asked);
      expect(allowed).toBe(false);
      await new Promise((resolve) => setTimeout(resolve, retryInMs + 1));
      expect((await windows.ask(asked)).allowed).toBe(true);
    });

    it('counts as many calls as it admits, under any concurrency', async () => {
      const clients = Array.from({ length: 3 }, () => new Redis(process.env['TEST_REDIS_URL']!));
      const asked = question({ limit: 70 }, { countsCall: true });
      const verdicts = await Promise.all(
        clients.flatMap((client) => {
          const windows = new RedisWindows(client);
          return Array.from({ length: 50 }, () => windows.ask(asked));
        }),
      );
      expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(70);
      const month = new Date().toISOString().slice(0, 7);
      expect(await redis.hget(`usage:{${owner}}:${month}`, 'api_calls')).toBe('70');
      for (const client of clients) client.disconnect();
    });

    it('lets the key go with its last entry, and needs 5 bytes an entry and little else', async () => {
      const windows = new RedisWindows(redis);
      await Promise.all(
        Array.from({ length: 1_000 }, () => windows.ask(question({ limit: 1_000, windowMs: 60_000 }))),
      );
      const key = `rate_limit:{${owner}}:global`;
      expect(await redis.llen(key)).toBe(1_000);
      expect(await redis.memory('USAGE', key, 'SAMPLES', 0)).toBeLessThan(6_000);
      const left = await redis.pttl(key);
      expect(left).toBeGreaterThan(60_000);
      expect(left).toBeLessThanOrEqual(136_000);
    });

    it('goes on after its text was forgotten', async () => {
      const windows = new RedisWindows(redis);
      await windows.ask(question());
      await redis.script('FLUSH');
      const verdicts = await Promise.all(Array.from({ length: 20 }, () => windows.ask(question())));
      expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(2);
    });
  });

  describe('in batches', () => {
    const spied = (options: { oneOwnerPerCall?: boolean }) => ({
      calls: jest.spyOn(redis, 'sendCommand'),
      windows: new RedisWindows(redis, options),
    });
    afterEach(() => jest.restoreAllMocks());

    const askOwners = (windows: RedisWindows, count: number) =>
      Promise.all(
        Array.from({ length: count }, (_, i) => windows.ask(question({}, { owner: `${owner}-${i}` }))),
      );
    const sizesOf = ({ mock }: ReturnType<typeof spied>['calls']) =>
      mock.calls.map(([command]) => command.getKeys().length - 1);

    it('takes the questions of a turn in one call', async () => {
      const { calls, windows } = spied({});
      await askOwners(windows, 20);
      expect(sizesOf(calls)).toEqual([20]);
    });

    it('takes 64 at most, and has two calls under way at most', async () => {
      const { calls, windows } = spied({});
      let [underWay, most] = [0, 0];
      const send = calls.getMockImplementation() ?? Redis.prototype.sendCommand;
      calls.mockImplementation(function (this: Redis, ...args) {
        most = Math.max(most, ++underWay);
        const answer = send.apply(this, args) as Promise<unknown>;
        return answer.finally(() => underWay--);
      });
      await askOwners(windows, 300);
      expect(sizesOf(calls)).toEqual([64, 64, 64, 64, 44]);
      expect(most).toBe(2);
    });

    it('has what comes while two calls are under way go together, with the next', async () => {
      const { calls, windows } = spied({});
      const first = [askOwners(windows, 3)];
      await turn();
      first.push(askOwners(windows, 3));
      await turn();
      const later = [];
      for (let asked = 0; asked < 5; asked++) later.push(askOwners(windows, 2));
      await Promise.all([...first, ...later]);
      expect(sizesOf(calls)).toEqual([3, 3, 10]);
    });

    it('tells those that are not sent yet too that it is late, and answers all of them in the end', async () => {
      const windows = new RedisWindows(redis);
      const told: string[] = [];
      await redis.client('PAUSE', 300, 'ALL');
      await new Promise<void>((resolve) => {
        const asker = (name: number) => ({
          answered: () => told.push(`${name} answered`) === 400 && resolve(),
          failed: (error: unknown) => told.push(`${name} failed: ${String(error)}`) === 400 && resolve(),
          late: () => told.push(`${name} late`),
        });
        for (let name = 0; name < 200; name++) {
          windows.request(question({}, { owner: `${owner}-${name}` }), 30, asker(name));
        }
      });
      const names = Array.from({ length: 200 }, (_, name) => name);
      expect(told.slice(0, 200)).toEqual(names.map((name) => `${name} late`));
      expect(told.slice(200).sort()).toEqual(names.map((name) => `${name} answered`).sort());
    });

    it('asks at once past those that wait for an answer', async () => {
      const { calls, windows } = spied({});
      const all = askOwners(windows, 200);
      await turn();
      expect(sizesOf(calls)).toEqual([64, 64]);
      await windows.askAtOnce(question());
      expect(sizesOf(calls).slice(0, 3)).toEqual([64, 64, 1]);
      await all;
    });

    it('keeps owners apart where a call may touch one slot only', async () => {
      const { calls, windows } = spied({ oneOwnerPerCall: true });
      const owners = [0, 1, 2].map((n) => `${owner}-${n}`);
      const verdicts = await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          windows.ask(question({}, { owner: owners[i % 3]!, countsCall: true })),
        ),
      );
      expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(9);
      expect(calls).toHaveBeenCalledTimes(3);
      for (const [command] of calls.mock.calls) {
        const keys = command.getKeys().map(String);
        expect(new Set(keys.map((key) => /\{(.*)\}/.exec(key)?.[1])).size).toBe(1);
      }
    });

    it('tells all askers when Redis fails', async () => {
      const windows = new RedisWindows(redis);
      await redis.set(`rate_limit:{${owner}}:global`, 'not a list');
      const results = await Promise.allSettled([windows.ask(question()), windows.ask(question())]);
      expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      await redis.del(`rate_limit:{${owner}}:global`);
    });
  });
});
