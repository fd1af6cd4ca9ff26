import { LRUCache } from 'lru-cache';
import { costOf, type RateLimitRequest, type RateLimitDecision } from './window';

/**
 * Redis is asked again about a full window this often, in milliseconds, although the answer can't change before the
 * reset: so a window that was emptied or deleted by hand doesn't stay closed here.
 */
const TRUST_MS = 1_000;
const MAX_KNOWN = 10_000;

interface Denial {
  verdict: RateLimitDecision;
  /** Until when it is certain, and when it was learnt, in milliseconds of the caller's monotonic clock. */
  until: number;
  learntAt: number;
}

/** Names the windows with their limits: a changed limit makes another question, of which nothing is known. */
const signature = ({ owner, windows }: RateLimitRequest): string =>
  windows.reduce((text, w) => `${text}|${w.name}:${w.limit}:${w.windowMs}:${costOf(w)}`, owner);

/**
 * Refusals that Redis has already pronounced and that still hold: a caller far over its limit costs Redis one call a
 * second. A route's refusal is known for that route's windows together, so it says nothing about the tenant's other
 * routes. Windows that weren't full are repeated as they were, a second old at most. `now` is in milliseconds of a clock that never goes back.
 */
export class DenialCache {
  private readonly denials = new LRUCache<string, Denial>({ max: MAX_KNOWN });

  /** `askedAt`: when the question was sent; the decision fell between then and `now`. */
  observeRevision(
    question: RateLimitRequest,
    verdict: RateLimitDecision,
    askedAt: number,
    now: number,
  ): void {
    const until = Math.min(askedAt + verdict.retryInMs, now + TRUST_MS);
    this.denials.set(signature(question), { verdict, until, learntAt: now });
  }

  find(question: RateLimitRequest, now: number): RateLimitDecision | undefined {
    if (this.denials.size === 0) return undefined;
    const key = signature(question);
    const denial = this.denials.get(key);
    if (denial === undefined) return undefined;
    if (now >= denial.until) {
      this.denials.delete(key);
      return undefined;
    }
    const passed = Math.floor(now - denial.learntAt);
    return {
      allowed: false,
      retryInMs: denial.verdict.retryInMs - passed,
      windows: denial.verdict.windows.map((state) => ({
        ...state,
        resetInMs: Math.max(0, state.resetInMs - passed),
      })),
    };
  }
}
