import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AccountChangeStore, type ChangedAccount } from './account-change.store';

/** Milliseconds between two looks for changes. */
const LOOK_EVERY_MS = 200;
/** Milliseconds after the last question for which it goes on looking. */
const LINGER_MS = 60_000;
/**
 * Milliseconds, on MongoDB's clock, that each look goes back behind the newest change seen: a transaction bears the time of
 * its statement and shows when it commits, up to a minute later (`transactionLifetimeLimitSeconds`).
 */
const OVERLAP_MS = 90_000;

/**
 * Tells of every change of a user, whichever process made it, by asking MongoDB several times a second, once for all
 * users. No message has to arrive: when the answer doesn't, what it vouches for grows old and isn't believed any more.
 */
@Injectable()
export class UserChangeWatch implements OnApplicationShutdown {
  private readonly seen = new Map<string, ChangedAccount>();
  private newest = 0;
  private askedAt = -Infinity;
  private confirmed = -Infinity;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private listener: (change: ChangedAccount) => void = () => undefined;

  constructor(private readonly changes: AccountChangeStore) {}

  /** `listener` is called once for each change, before `confirmedAt` covers it. */
  listen(listener: (change: ChangedAccount) => void): void {
    this.listener = listener;
  }

  /**
   * Of all changes committed before this moment (milliseconds of a clock that never goes back), the listener has been
   * told. Asking keeps it going.
   */
  confirmedAt(now: number): number {
    this.askedAt = now;
    if (this.timer === undefined) void this.refresh();
    return this.confirmed;
  }

  /** Looks now; resolves when that is done, whether it was answered or not. */
  refresh(): Promise<void> {
    clearTimeout(this.timer);
    this.looking ??= this.look().finally(() => this.rest());
    return this.looking;
  }

  onApplicationShutdown(): void {
    this.askedAt = -Infinity;
    clearTimeout(this.timer);
  }

  private async look(): Promise<void> {
    const begun = performance.now();
    try {
      this.tell(await this.changes.since(this.newest - OVERLAP_MS));
      this.confirmed = begun;
    } catch {
      // Nothing is confirmed, so everybody is read anew; that read fails, if it does, where somebody hears of it.
    }
  }

  private rest(): void {
    this.looking = undefined;
    this.timer = undefined;
    if (performance.now() - this.askedAt > LINGER_MS) return;
    this.timer = setTimeout(() => void this.refresh(), LOOK_EVERY_MS).unref();
  }

  private tell(changes: readonly ChangedAccount[]): void {
    for (const change of changes) {
      const known = this.seen.get(change.id);
      if (known?.at === change.at && known.serial === change.serial) continue;
      this.seen.set(change.id, change);
      this.newest = Math.max(this.newest, change.at);
      this.listener(change);
    }
    for (const [id, { at }] of this.seen) if (at < this.newest - OVERLAP_MS) this.seen.delete(id);
  }
}
