import { DeadlineError } from './deadline';

interface Late {
  late(error: DeadlineError): void;
}

/** Questions that came together wait for their answers together, sent or not: one timer for all of them. */
export class Round {
  private readonly asked: Late[] = [];
  private open = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly patienceMs: number) {
    this.timer = setTimeout(() => {
      // When this process itself was late, the answer may lie in the socket: timers come before sockets are read, and
      // setImmediate after.
      setImmediate(() => this.expire());
    }, patienceMs);
  }

  /** One more. */
  with(asker: Late): this {
    this.asked.push(asker);
    this.open++;
    return this;
  }

  /** To be called once for each question that got its answer, or an error. */
  settled(): void {
    if (--this.open === 0) clearTimeout(this.timer);
  }

  private expire(): void {
    if (this.open === 0) return;
    const error = new DeadlineError(this.patienceMs);
    // Those that have their answer pass over it.
    for (const asker of this.asked) asker.late(error);
  }
}
