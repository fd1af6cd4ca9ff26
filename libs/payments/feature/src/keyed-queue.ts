/**
 * Lets work of the same key run one after the other in this process, in the order it came. It decides nothing (MongoDB
 * does, across processes); it keeps transactions that write the same document from aborting each other over and over.
 */
export class KeyedQueue {
  private readonly lines = new Map<string, { last: Promise<void>; waiting: number; failure: unknown }>();

  /**
   * @param dooms whether an error is also the fate of those that wait now: with MongoDB gone, each of them would wait for
   * it in turn.
   */
  constructor(private readonly dooms: (error: unknown) => boolean) {}

  async run<R>(key: string, work: () => Promise<R>): Promise<R> {
    const line = this.lines.get(key) ?? { last: Promise.resolve(), waiting: 0, failure: undefined };
    this.lines.set(key, line);
    line.waiting++;
    const turn = line.last.then(async () => {
      if (line.failure !== undefined) throw line.failure as Error;
      try {
        return await work();
      } catch (error) {
        if (this.dooms(error)) {
          line.failure = error;
          // Who comes from now on stands in a new line.
          if (this.lines.get(key) === line) this.lines.delete(key);
        }
        throw error;
      }
    });
    line.last = turn.then(
      () => undefined,
      () => undefined,
    );
    try {
      return await turn;
    } finally {
      line.waiting--;
      if (line.waiting === 0 && this.lines.get(key) === line) this.lines.delete(key);
    }
  }
}
