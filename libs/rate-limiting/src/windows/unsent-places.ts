import { LRUCache } from 'lru-cache';
import { PlaceLog } from './place-log';
import { costOf, type RateLimitRequest } from './window';

/** Bounds the memory of a long outage; the least recently used are forgotten first. */
const MAX_LOGS = 5_000;

/** Places of one window and when they were taken, oldest first. */
export interface TakenPlaces {
  owner: string;
  name: string;
  windowMs: number;
  takenAt: number[];
}

interface Unsent {
  owner: string;
  name: string;
  windowMs: number;
  log: PlaceLog;
}

/** Places that this process gave without Redis, to be entered there when it is back: then limits are exact at once. */
export class UnsentPlaces {
  private readonly unsent = new LRUCache<string, Unsent>({ max: MAX_LOGS });

  /** `takenAt`, `now`: milliseconds of a clock that never goes back. */
  add({ owner, windows }: RateLimitRequest, takenAt: number, now: number): void {
    for (const window of windows) {
      const { name, windowMs } = window;
      const key = `${owner}\n${name}`;
      let entry = this.unsent.get(key);
      if (entry === undefined) {
        entry = { owner, name, windowMs, log: new PlaceLog() };
        this.unsent.set(key, entry);
      }
      entry.log.add(takenAt, costOf(window));
      entry.log.trim(windowMs, now);
    }
  }

  /** All of them, once. */
  takeAll(now: number): TakenPlaces[] {
    const all = [...this.unsent.values()];
    this.unsent.clear();
    return all.flatMap(({ owner, name, windowMs, log }) => {
      log.trim(windowMs, now);
      return log.size === 0 ? [] : [{ owner, name, windowMs, takenAt: log.times() }];
    });
  }
}
