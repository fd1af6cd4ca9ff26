import { LRUCache } from 'lru-cache';
import { costOf, type Question, type Verdict, type WindowSpec } from './window';

/** Bounds the memory of an outage; the least recently asked are forgotten first. */
const MAX_LOGS = 10_000;

interface Log {
  /** When each place was taken, oldest first, milliseconds of the caller's clock. */
  taken: number[];
  /** Index of the oldest that still counts: cheaper than shifting the array each time. */
  from: number;
}

/**
 * The same exact windows in this process's memory: the cap that stands in while Redis doesn't answer. Each process
 * admits up to the limit then, on its own.
 */
export class InProcessWindows {
  private readonly logs = new LRUCache<string, Log>({ max: MAX_LOGS });

  /** `now`: milliseconds of a clock that never goes back. `unixNow`: the time of day, for `resetAt`. */
  decide({ owner, windows, peek }: Question, now: number, unixNow: number): Verdict {
    const asked = windows.map((window) => ({
      window,
      log: this.open(`${owner}\n${window.name}`, window, now),
    }));
    const waits = asked.map(({ window, log }) => waitFor(window, log, now));
    const allowed = waits.every((wait) => wait === 0);
    if (allowed && peek !== true) {
      for (const { window, log } of asked) {
        for (let place = costOf(window); place > 0; place--) log.taken.push(now);
      }
    }
    return {
      allowed,
      retryInMs: Math.max(0, ...waits),
      windows: asked.map(({ window: { name, limit, windowMs }, log }) => {
        const oldest = log.taken[log.from];
        const resetInMs = oldest === undefined ? 0 : Math.ceil(oldest + windowMs - now);
        const remaining = Math.max(0, limit - (log.taken.length - log.from));
        return { name, limit, windowMs, remaining, resetAt: unixNow + resetInMs, resetInMs };
      }),
    };
  }

  clear(): void {
    this.logs.clear();
  }

  private open(key: string, { windowMs }: WindowSpec, now: number): Log {
    let log = this.logs.get(key);
    if (log === undefined) {
      log = { taken: [], from: 0 };
      this.logs.set(key, log);
    }
    while (log.from < log.taken.length && now - log.taken[log.from]! > windowMs) log.from++;
    if (log.from > 64 && log.from * 2 > log.taken.length) {
      log.taken.splice(0, log.from);
      log.from = 0;
    }
    return log;
  }
}

/** Milliseconds until the window has room for its cost; 0: it has. */
const waitFor = (window: WindowSpec, { taken, from }: Log, now: number): number => {
  const over = taken.length - from + costOf(window) - window.limit;
  if (over <= 0) return 0;
  const leaving = taken[from + over - 1];
  return leaving === undefined ? window.windowMs : Math.floor(leaving + window.windowMs - now) + 1;
};
