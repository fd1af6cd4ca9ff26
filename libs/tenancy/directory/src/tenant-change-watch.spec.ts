import { TenantChangeWatch } from './tenant-change-watch';
import type { TenantDirectory } from './tenant-directory';
import type { TenantStore } from './tenant.store';

type Changed = Awaited<ReturnType<TenantStore['changedSince']>>;

const start = Date.parse('2026-03-01T12:00:00.000Z');
const MINUTE = 60_000;

describe('TenantChangeWatch', () => {
  const changedSince = jest.fn<Promise<Changed>, [Date]>();
  const observeRevision = jest.fn<void, [string, number]>();
  let watch: TenantChangeWatch;
  /** How far back of now each look reached, in milliseconds. */
  const looks: number[] = [];

  beforeEach(() => {
    jest.useFakeTimers({ now: start, doNotFake: ['setImmediate', 'nextTick'] });
    looks.length = 0;
    observeRevision.mockReset();
    changedSince.mockReset().mockImplementation((since) => {
      looks.push(Date.now() - since.getTime());
      return Promise.resolve([]);
    });
    watch = new TenantChangeWatch(
      { changedSince } as unknown as TenantStore,
      { observeRevision } as unknown as TenantDirectory,
    );
  });
  afterEach(async () => {
    await watch.beforeApplicationShutdown();
    jest.useRealTimers();
  });

  const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

  it('looks at once, for as far back as Redis remembers, then every second at what the clocks may hide', async () => {
    watch.onApplicationBootstrap();
    await pass(0);
    expect(looks).toEqual([5 * MINUTE]);
    await pass(999);
    expect(looks).toHaveLength(1);
    await pass(1);
    await pass(1_000);
    expect(looks).toEqual([5 * MINUTE, MINUTE + 1_000, MINUTE + 1_000]);
  });

  it('tells the directory of every tenant that has changed', async () => {
    changedSince.mockResolvedValueOnce([
      { id: 'a', revision: 2 },
      { id: 'b', revision: 7 },
    ]);
    watch.onApplicationBootstrap();
    await pass(0);
    expect(observeRevision.mock.calls).toEqual([
      ['a', 2],
      ['b', 7],
    ]);
  });

  it('looks as far back as the last look that ended well', async () => {
    watch.onApplicationBootstrap();
    await pass(0);
    for (let failures = 0; failures < 3; failures += 1) {
      changedSince.mockRejectedValueOnce(new Error('no MongoDB'));
      await pass(1_000);
    }
    await pass(1_000);
    expect(changedSince).toHaveBeenCalledTimes(5);
    expect(looks).toEqual([5 * MINUTE, MINUTE + 4_000]);
  });

  it('counts from when a look began: what has changed while it took its time is seen by the next', async () => {
    let end: (changed: Changed) => void = () => undefined;
    changedSince.mockImplementationOnce(() => new Promise((resolve) => (end = resolve)));
    watch.onApplicationBootstrap();
    await pass(3_500);
    // One at a time.
    expect(changedSince).toHaveBeenCalledTimes(1);
    end([]);
    await pass(500);
    expect(looks).toEqual([MINUTE + 4_000]);
  });

  it('ends with the application, after the look that is under way', async () => {
    let end: (changed: Changed) => void = () => undefined;
    changedSince.mockImplementationOnce(() => new Promise((resolve) => (end = resolve)));
    watch.onApplicationBootstrap();
    let ended = false;
    const shutdown = watch.beforeApplicationShutdown().then(() => (ended = true));
    await pass(5_000);
    expect(ended).toBe(false);
    end([{ id: 'a', revision: 2 }]);
    await shutdown;
    expect(observeRevision).toHaveBeenCalledTimes(1);
    await pass(5_000);
    expect(changedSince).toHaveBeenCalledTimes(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('keeps no process alive', () => {
    jest.useRealTimers();
    const timer = jest.spyOn(global, 'setInterval');
    watch.onApplicationBootstrap();
    const made = timer.mock.results[0]?.value as NodeJS.Timeout;
    timer.mockRestore();
    expect(made.hasRef()).toBe(false);
  });
});
