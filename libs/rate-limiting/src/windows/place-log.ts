/** Places taken in a window, in memory. Times in milliseconds of a clock that never goes back. */
export class PlaceLog {
  private taken: number[] = [];
  /** Index of the oldest that still counts: cheaper than shifting the array each time. */
  private from = 0;

  get size(): number {
    return this.taken.length - this.from;
  }

  /** When the n-th oldest place was taken, from 0. */
  at(index: number): number | undefined {
    return this.taken[this.from + index];
  }

  add(now: number, places: number): void {
    for (let place = places; place > 0; place--) this.taken.push(now);
  }

  /** A place counts until it is older than the window. */
  trim(windowMs: number, now: number): void {
    while (this.size > 0 && now - this.taken[this.from]! > windowMs) this.from++;
    if (this.from > 64 && this.from * 2 > this.taken.length) {
      this.taken.splice(0, this.from);
      this.from = 0;
    }
  }

  times(): number[] {
    return this.taken.slice(this.from);
  }
}
