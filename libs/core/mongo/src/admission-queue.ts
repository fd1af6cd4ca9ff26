import { isMongoUnreachable } from './errors';

/** A full connection pool is a matter of load, not an outage. */
const isOutage = (error: unknown): boolean =>
  isMongoUnreachable(error) && !/WaitQueueTimeout/.test((error as Error).name);

/**
 * Lets `places` pieces of work on MongoDB run at a time and the rest wait their turn, in the order they came. When one
 * finds MongoDB gone, those that wait fail with it: each would find out for itself, half a second after the one before.
 */
export class AdmissionQueue {
  private running = 0;
  private readonly waiting: { admit: () => void; refuse: (error: unknown) => void }[] = [];

  constructor(private readonly places: number) {}

  get isIdle(): boolean {
    return this.running === 0;
  }

  async run<R>(work: () => Promise<R>): Promise<R> {
    if (this.running < this.places) this.running++;
    else await new Promise<void>((admit, refuse) => this.waiting.push({ admit, refuse }));
    try {
      return await work();
    } catch (error) {
      if (isOutage(error)) this.waiting.splice(0).forEach(({ refuse }) => refuse(error));
      throw error;
    } finally {
      const next = this.waiting.shift();
      // The place goes from hand to hand, so that nobody can slip in between.
      if (next === undefined) this.running--;
      else next.admit();
    }
  }
}
