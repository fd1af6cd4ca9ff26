import { DeadlineError } from './deadline';

interface Late {
  late(error: DeadlineError): void;
}

/** Questions that left together wait for their answers together: one timer for all of them. */
export class Round {
  private open: number;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly asked: readonly { asker: Late }[],
    private readonly patienceMs: number,
  ) {
    this.open = asked.length;
    this.timer = setTimeout(() => {
      // When this process itself was late, the answer may lie in the socket: timers come before sockets are read, and
      // setImmediate after.
      setImmediate(() => this.expire());
    }, patienceMs);
  }

  /** To be called once for each question that got its answer, or an error. */
  settled(count: number): void {
    this.open -= count;
    if (this.open === 0) clearTimeout(this.timer);
  }

  private expire(): void {
    if (this.open === 0) return;
    const error = new DeadlineError(this.patienceMs);
    // Those that have their answer pass over it.
    for (const { asker } of this.asked) asker.late(error);
  }
}
