import type { Asker } from './redis-windows';
import type { RateLimitRequest, RateLimitDecision } from './window';

/** What was decided without Redis, and how to enter it there later; that does nothing when nothing was taken. */
export interface LocalDecision {
  verdict: RateLimitDecision;
  enterLater: () => void;
}

/** What becomes of an answer, or of none. */
export interface Decider {
  exactly(question: RateLimitRequest, verdict: RateLimitDecision, askedAt: number): RateLimitDecision;
  alone(question: RateLimitRequest, error: unknown): LocalDecision;
}

/** One request's wait for Redis: ends with its answer, or without when that fails or is late. */
export class Decision implements Asker {
  private readonly askedAt = performance.now();
  private decidedAlone: LocalDecision | undefined;

  constructor(
    private readonly decider: Decider,
    private readonly question: RateLimitRequest,
    private readonly resolve: (verdict: RateLimitDecision) => void,
  ) {}

  answered(verdict: RateLimitDecision): void {
    if (this.decidedAlone === undefined)
      this.resolve(this.decider.exactly(this.question, verdict, this.askedAt));
    // Redis has decided and only been late: if it has counted the request, once is enough.
    else if (!verdict.allowed) this.decidedAlone.enterLater();
  }

  failed(error: unknown): void {
    this.late(error);
    this.decidedAlone?.enterLater();
  }

  late(error: unknown): void {
    if (this.decidedAlone !== undefined) return;
    this.decidedAlone = this.decider.alone(this.question, error);
    this.resolve(this.decidedAlone.verdict);
  }
}
