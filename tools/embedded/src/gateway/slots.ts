/** A number of places; who finds none waits for one, in line. */
export class Slots {
  private readonly waiting: ((got: boolean) => void)[] = [];

  constructor(private free: number) {}

  /** @returns false when no place became free within `patience` milliseconds */
  take(patience: number): Promise<boolean> {
    if (this.free > 0) {
      this.free -= 1;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(settle), 1);
        resolve(false);
      }, patience);
      const settle = (got: boolean): void => {
        clearTimeout(timer);
        resolve(got);
      };
      this.waiting.push(settle);
    });
  }

  give(): void {
    const next = this.waiting.shift();
    if (next) next(true);
    else this.free += 1;
  }
}
