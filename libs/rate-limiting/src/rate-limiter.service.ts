import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Metrics } from '@financeops/core/observability';
import {
  commandTimeoutOf,
  REDIS,
  REDIS_COMMAND_TIMEOUT_MS,
  type RedisConnection,
} from '@financeops/core/redis';
import { TenantContextService, type Limit } from '@financeops/tenancy/context';
import { UncountedCalls } from './uncounted-calls';
import { within } from './windows/deadline';
import { Decision, type Decider, type LocalDecision } from './windows/decision';
import { InProcessWindows } from './windows/in-process-windows';
import { DenialCache } from './windows/denial-cache';
import { RedisOutage } from './windows/redis-outage';
import { RedisWindows } from './windows/redis-windows';
import { GLOBAL_WINDOW, tenantWindow } from './windows/tenant-window';
import { tightestOf } from './windows/tightest';
import { UnsentPlaces, type TakenPlaces } from './windows/unsent-places';
import {
  assertKeepable,
  retryAfterSeconds,
  type RateLimitRequest,
  type RateLimitDecision,
} from './windows/window';

export interface RateLimitResult {
  allowed: boolean;
  /** Of the tighter window; `null`: the tenant is unlimited. */
  limit: Limit;
  remaining: Limit;
  /** Unix milliseconds when the oldest counted request leaves the window. */
  resetAt: number;
  /** Whole seconds after which a request is admitted; 0 when this one was. */
  retryAfter: number;
}

/**
 * A question that makes Redis write, as those of requests do: a replica or a full Redis can only read. In a cluster the
 * same node is asked as for `owner`.
 */
const probeOf = (owner: string): RateLimitRequest => ({
  owner,
  windows: [{ name: 'probe', limit: 1_000, windowMs: 1_000 }],
  countsCall: false,
});

/**
 * Exact sliding windows over all processes, decided in Redis in one round trip together with the count of `api_calls`.
 * It never fails: while Redis doesn't answer, each process limits on its own.
 */
@Injectable()
export class RateLimiterService implements OnApplicationShutdown {
  /** Milliseconds that a request waits for Redis before it goes on without. */
  protected readonly patienceMs: number;
  private readonly exact: RedisWindows;
  private readonly localFallback = new InProcessWindows();
  private readonly unsent = new UnsentPlaces();
  private sending: TakenPlaces[] = [];
  private readonly denials = new DenialCache();
  private readonly outage: RedisOutage;
  /** Whose question began the outage. */
  private failedFor = '';
  private readonly decisions;
  private readonly overLimit;
  private readonly decider: Decider = {
    exactly: (...answer) => this.decidedExactly(...answer),
    alone: (question, error) => {
      if (!this.outage.active) this.failedFor = question.owner;
      this.outage.begin(error);
      return this.decideAlone(question);
    },
  };

  constructor(
    @Inject(REDIS) redis: RedisConnection,
    metrics: Metrics,
    private readonly contexts: TenantContextService,
    private readonly uncounted: UncountedCalls,
  ) {
    this.patienceMs = commandTimeoutOf(redis) ?? REDIS_COMMAND_TIMEOUT_MS;
    const decisions = metrics.counter({
      name: 'rate_limit_decisions_total',
      help: 'Decisions by where they were made (redis; known: an earlier refusal that still holds; degraded: in this process, Redis being out) and outcome',
      labelNames: ['by', 'outcome'],
    });
    const outcomes = (by: string) => ({
      allowed: decisions.labels({ by, outcome: 'allowed' }),
      refused: decisions.labels({ by, outcome: 'refused' }),
    });
    this.decisions = {
      redis: outcomes('redis'),
      known: outcomes('known'),
      degraded: outcomes('degraded'),
    };
    this.overLimit = metrics.counter({
      name: 'rate_limit_dry_run_total',
      help: 'Requests beyond a limit that were admitted because the tenant is in a dry run',
    });
    const outages = metrics.counter({
      name: 'rate_limit_outages_total',
      help: 'Times that Redis stopped deciding and this process limited on its own',
    });
    this.exact = new RedisWindows(redis);
    this.outage = new RedisOutage(redis, {
      recover: () => this.recover(),
      onBegin: () => outages.inc(),
    });
  }

  /**
   * Takes a place in the window of the context's tenant, and for an `endpoint` in its own window too: `own` if given,
   * else one as wide as the tenant's. Counts as one of the tenant's `api_calls` if admitted.
   * @throws NoTenantContextError
   */
  async checkAndConsume(
    endpoint = GLOBAL_WINDOW,
    own?: { limit: number; windowMs: number; cost?: number },
  ): Promise<RateLimitResult> {
    const tenant = this.contexts.getTenant();
    const shared = tenantWindow(tenant);
    const route = own ?? (shared && { limit: shared.limit, windowMs: shared.windowMs });
    const verdict = await this.decide({
      owner: tenant.id,
      windows: [
        ...(shared === null ? [] : [shared]),
        ...(endpoint === GLOBAL_WINDOW || route === null ? [] : [{ ...route, name: endpoint }]),
      ],
      countsCall: true,
      dryRun: tenant.isRateLimitDryRun(),
    });
    const tightest = tightestOf(verdict.windows);
    return {
      allowed: verdict.allowed,
      limit: tightest?.limit ?? null,
      remaining: tightest?.remaining ?? null,
      resetAt: tightest?.resetAt ?? Date.now(),
      retryAfter: retryAfterSeconds(verdict),
    };
  }

  /**
   * Decides about a request: all windows have room and take it, or none does.
   * @throws RangeError for windows that can't be kept (see `WindowSpec`).
   */
  decide(question: RateLimitRequest): Promise<RateLimitDecision> {
    // One promise for all of it: each costs the more the longer the request's context hangs on to it.
    return new Promise((resolve) => {
      for (const window of question.windows) assertKeepable(window);
      const known = this.denials.find(question, performance.now());
      if (known !== undefined) return resolve(this.concluded(question, 'known', known));
      if (!this.outage.active) {
        return this.exact.request(question, this.patienceMs, new Decision(this.decider, question, resolve));
      }
      const { verdict, enterLater } = this.decideAlone(question);
      enterLater();
      resolve(verdict);
    });
  }

  onApplicationShutdown(): void {
    this.outage.stop();
  }

  private decidedExactly(
    question: RateLimitRequest,
    verdict: RateLimitDecision,
    askedAt: number,
  ): RateLimitDecision {
    const now = performance.now();
    if (verdict.allowed) this.localFallback.record(question, now);
    else this.denials.observeRevision(question, verdict, askedAt, now);
    return this.concluded(question, 'redis', verdict);
  }

  private decideAlone(question: RateLimitRequest): LocalDecision {
    const now = performance.now();
    const verdict = this.localFallback.decide(question, now, Date.now());
    const taken = verdict.allowed && question.peek !== true;
    const enterLater = () => {
      if (!taken) return;
      this.unsent.add(question, now, performance.now());
      if (question.countsCall) this.uncounted.add(question.owner, 'api_calls', 1);
    };
    return { verdict: this.concluded(question, 'degraded', verdict), enterLater };
  }

  private concluded(
    question: RateLimitRequest,
    by: 'redis' | 'known' | 'degraded',
    verdict: RateLimitDecision,
  ): RateLimitDecision {
    this.decisions[by][verdict.allowed ? 'allowed' : 'refused'].inc();
    return verdict.allowed || question.dryRun !== true ? verdict : this.letPass(question, verdict);
  }

  /** Beyond the limit, in a dry run. Redis has refused it, and so has not counted it as a call. */
  private letPass(
    { owner, countsCall }: RateLimitRequest,
    { windows }: RateLimitDecision,
  ): RateLimitDecision {
    this.overLimit.inc();
    if (countsCall) this.uncounted.add(owner, 'api_calls', 1);
    return { allowed: true, retryInMs: 0, windows, overLimit: true };
  }

  private async recover(): Promise<void> {
    await within(this.patienceMs, this.exact.askAtOnce(probeOf(this.failedFor)));
    for (;;) {
      if (this.sending.length === 0) this.sending = this.unsent.takeAll(performance.now());
      if (this.sending.length === 0) return;
      // What fails stays to be sent again: rather counted twice than not at all.
      this.sending.splice(0, await this.exact.restore(this.sending, performance.now()));
    }
  }
}
