const first = 1_000;
const longest = 10_000;
/** A program that lived this long was well: its next death begins with the shortest delay again. */
const healthy = 30_000;

/** Milliseconds to wait before a program is started again: 1 s, doubling to 10 s. */
export class Backoff {
  private delay = first;
  private startedAt = 0;

  started(now: number): void {
    this.startedAt = now;
  }

  next(now: number): number {
    if (now - this.startedAt >= healthy) this.delay = first;
    const { delay } = this;
    this.delay = Math.min(this.delay * 2, longest);
    return delay;
  }
}
