import { LRUCache } from 'lru-cache';
import { PlaceLog } from './place-log';
import { GLOBAL_WINDOW } from './tenant-window';
import { costOf, type RateLimitRequest, type RateLimitDecision, type WindowSpec } from './window';

/** Bounds the memory; the least recently asked are forgotten first. */
const MAX_LOGS = 5_000;

/**
 * The same exact windows in this process's memory, of what this process has admitted: kept all the time, so that they
 * know the last minute when Redis stops answering. Then they decide, each process up to the limit on its own.
 */
export class InProcessWindows {
  private readonly logs = new LRUCache<string, PlaceLog>({ max: MAX_LOGS });

  /** `now`: milliseconds of a clock that never goes back. `unixNow`: the time of day, for `resetAt`. */
  decide(question: RateLimitRequest, now: number, unixNow: number): RateLimitDecision {
    const { windows, peek } = question;
    const asked = windows.map((window) => ({ window, log: this.open(question.owner, window, now) }));
    const waits = asked.map(({ window, log }) => waitFor(window, log, now));
    const allowed = waits.every((wait) => wait === 0);
    if (allowed && peek !== true) {
      for (const { window, log } of asked) log.add(now, costOf(window));
    }
    return {
      allowed,
      retryInMs: Math.max(0, ...waits),
      windows: asked.map(({ window: { name, limit, windowMs }, log }, index) => {
        const oldest = log.at(0);
        const resetInMs = oldest === undefined ? 0 : Math.ceil(oldest + windowMs - now);
        const remaining = Math.max(0, limit - log.size);
        const full = waits[index]! > 0;
        return { name, limit, windowMs, remaining, full, resetAt: unixNow + resetInMs, resetInMs };
      }),
    };
  }

  /** Remembers what was admitted elsewhere. */
  record({ owner, windows, peek }: RateLimitRequest, now: number): void {
    if (peek === true) return;
    for (const window of windows) this.open(owner, window, now).add(now, costOf(window));
  }

  private open(owner: string, { name, windowMs }: WindowSpec, now: number): PlaceLog {
    // The window that everybody has goes by the owner alone: no text to make and to hash.
    const key = name === GLOBAL_WINDOW ? owner : `${owner}\n${name}`;
    let log = this.logs.get(key);
    if (log === undefined) {
      log = new PlaceLog();
      this.logs.set(key, log);
    }
    log.trim(windowMs, now);
    return log;
  }
}

/** Milliseconds until the window has room for its cost; 0: it has. */
const waitFor = (window: WindowSpec, log: PlaceLog, now: number): number => {
  const over = log.size + costOf(window) - window.limit;
  if (over <= 0) return 0;
  const leaving = log.at(over - 1);
  return leaving === undefined ? window.windowMs : Math.floor(leaving + window.windowMs - now) + 1;
};
