import { LuaScript, tenantKey, usageKeyPrefix, type RedisConnection } from '@financeops/core/redis';
import { RESTORE_LUA } from './restore.lua';
import { SLIDING_WINDOW_LUA } from './sliding-window.lua';
import { Round } from './round';
import type { TakenPlaces } from './unsent-places';
import { costOf, type RateLimitRequest, type RateLimitDecision, type WindowState } from './window';

/** More in one call no longer pays and makes everybody else wait for Redis's single thread. */
const MAX_BATCH = 64;
/**
 * Calls that are under way at a time: Redis works on one while this process reads the answer to another. What comes
 * meanwhile waits for the next, so the busier the process, the more questions share a call.
 */
const CALLS_UNDER_WAY = 2;
/** Windows that are restored by one call: each may have many places. */
const RESTORED_TOGETHER = 8;
/** The script's kinds of question are single bytes from here on. */
const FIRST_KIND = '0'.charCodeAt(0);

/**
 * Milliseconds for which an answer is still of interest: askers go on without it much sooner, but what it says tells
 * whether they are counted.
 */
const LATE_ANSWER_MS = 5_000;

const RESTORE = new LuaScript(RESTORE_LUA);

const windowKey = (owner: string, name: string): string => tenantKey('rate_limit', owner, name);

/** Where the script notes the latest moment at which it decided: for all owners, or where a call has one owner, for that. */
const latestKey = (owner?: string): string =>
  owner === undefined ? 'rate_limit_latest' : tenantKey('rate_limit_latest', owner);

/** Who wants to know. Gets an answer or a failure, once, and before that may be told that it is late. */
export interface Asker {
  answered(verdict: RateLimitDecision): void;
  failed(error: unknown): void;
  late(error: unknown): void;
}

interface Waiting {
  question: RateLimitRequest;
  asker: Asker;
  round: Round;
}

const groupByOwner = (all: Waiting[]): Iterable<Waiting[]> => {
  const groups = new Map<string, Waiting[]>();
  for (const one of all) {
    const group = groups.get(one.question.owner);
    if (group === undefined) groups.set(one.question.owner, [one]);
    else group.push(one);
  }
  return groups.values();
};

/** Whether two questions differ in their owner at most: then the script is told once what they ask for. */
const isAlike = (a: RateLimitRequest, b: RateLimitRequest): boolean =>
  a.countsCall === b.countsCall &&
  a.peek === b.peek &&
  a.windows.length === b.windows.length &&
  a.windows.every((window, at) => {
    const other = b.windows[at]!;
    return window.limit === other.limit && window.windowMs === other.windowMs && window.cost === other.cost;
  });

/** Arguments of the script: see `sliding-window.lua.ts`. */
const encode = (batch: readonly Waiting[], latest: string): { keys: string[]; args: (string | number)[] } => {
  const keys: string[] = [latest];
  const kinds: RateLimitRequest[] = [];
  let asked = '';
  for (const { question } of batch) {
    const { owner, windows, countsCall } = question;
    for (const { name } of windows) keys.push(windowKey(owner, name));
    if (countsCall) keys.push(usageKeyPrefix(owner));
    let kind = kinds.findIndex((known) => isAlike(known, question));
    if (kind < 0) kind = kinds.push(question) - 1;
    asked += String.fromCharCode(FIRST_KIND + kind);
  }
  const args: (string | number)[] = [kinds.length];
  for (const { windows, countsCall, peek } of kinds) {
    args.push(windows.length, peek === true ? 0 : 1, countsCall ? 1 : 0);
    for (const window of windows) args.push(window.limit, window.windowMs, costOf(window));
  }
  return { keys, args: [...args, asked] };
};

/** Reads the verdict on a question from `reply` at `at`. Its length there: 1 and 3 for each window. */
const readVerdict = (
  reply: readonly number[],
  at: number,
  { windows }: RateLimitRequest,
): RateLimitDecision => {
  const clock = reply[0]!;
  const allowed = reply[at] === 1;
  const states: WindowState[] = [];
  let retryInMs = 0;
  let next = at + 1;
  for (const { name, limit, windowMs } of windows) {
    const resetInMs = reply[next + 1]!;
    const remaining = Math.max(0, limit - reply[next]!);
    const wait = reply[next + 2]!;
    if (!allowed) retryInMs = Math.max(retryInMs, wait);
    const full = wait > 0;
    states.push({ name, limit, windowMs, remaining, resetAt: clock + resetInMs, resetInMs, full });
    next += 3;
  }
  return { allowed, windows: states, retryInMs };
};

/**
 * The exact windows, in Redis. Questions of the same turn of the event loop travel together, and with them those that came
 * while two calls were under way, at most 64; in a cluster only those of one owner, whose keys share a slot.
 */
export class RedisWindows {
  private readonly script: LuaScript;
  private readonly byOwner: boolean;
  private waiting: Waiting[] = [];
  /** Calls that have been sent and not answered yet. */
  private underWay = 0;
  /** Of the questions of this turn. */
  private round: Round | undefined;
  /** Whether what is waiting leaves at the end of this turn. */
  private leaving = false;

  constructor(
    private readonly redis: RedisConnection,
    options: { source?: string; oneOwnerPerCall?: boolean } = {},
  ) {
    this.script = new LuaScript(options.source ?? SLIDING_WINDOW_LUA);
    this.byOwner = options.oneOwnerPerCall ?? redis.isCluster;
  }

  /** Rejects with whatever kept Redis from answering; if nothing does, only after seconds: bring your own deadline. */
  ask(question: RateLimitRequest): Promise<RateLimitDecision> {
    return new Promise((resolve, reject) => {
      this.request(question, LATE_ANSWER_MS, { answered: resolve, failed: reject, late: () => undefined });
    });
  }

  /** As `ask`, past all that wait for an answer which may never come. */
  askAtOnce(question: RateLimitRequest): Promise<RateLimitDecision> {
    return new Promise((resolve, reject) => {
      const asker = { answered: resolve, failed: reject, late: () => undefined };
      void this.call([{ question, asker, round: new Round(LATE_ANSWER_MS).with(asker) }]);
    });
  }

  /** `patienceMs`: after so long the asker is told that the answer is late. */
  request(question: RateLimitRequest, patienceMs: number, asker: Asker): void {
    this.round ??= new Round(patienceMs);
    this.waiting.push({ question, asker, round: this.round.with(asker) });
    this.sendAfterTurn();
  }

  /** Enters places that were taken without Redis, as many as one call may carry; gives how many. */
  async restore(taken: readonly TakenPlaces[], now: number): Promise<number> {
    const some = taken.slice(0, this.byOwner ? 1 : RESTORED_TOGETHER);
    await RESTORE.run(
      this.redis,
      some.map(({ owner, name }) => windowKey(owner, name)),
      some.flatMap(({ windowMs, takenAt }) => [
        windowMs,
        takenAt.length,
        ...takenAt.map((at) => Math.floor(now - at)),
      ]),
      LATE_ANSWER_MS,
    );
    return some.length;
  }

  private sendAfterTurn(): void {
    if (this.leaving) return;
    this.leaving = true;
    // setImmediate comes after all sockets that had something to read have been read.
    setImmediate(() => {
      this.leaving = false;
      this.round = undefined;
      this.send();
    });
  }

  private send(): void {
    const all = this.waiting;
    this.waiting = [];
    if (this.byOwner) {
      // To nodes that know nothing of each other: none waits for another's.
      for (const group of groupByOwner(all)) void this.call(group);
      return;
    }
    let sent = 0;
    for (; sent < all.length && this.underWay < CALLS_UNDER_WAY; sent += MAX_BATCH) {
      void this.call(all.slice(sent, sent + MAX_BATCH));
    }
    if (sent < all.length) this.waiting = all.slice(sent);
  }

  private async call(batch: Waiting[]): Promise<void> {
    const { keys, args } = encode(batch, latestKey(this.byOwner ? batch[0]!.question.owner : undefined));
    let reply: number[];
    this.underWay++;
    try {
      reply = (await this.script.run(this.redis, keys, args, LATE_ANSWER_MS)) as number[];
    } catch (error) {
      this.settle(batch);
      for (const { asker } of batch) asker.failed(error);
      return;
    }
    this.settle(batch);
    let at = 1;
    for (const { question, asker } of batch) {
      asker.answered(readVerdict(reply, at, question));
      at += 1 + 3 * question.windows.length;
    }
  }

  private settle(batch: readonly Waiting[]): void {
    this.underWay--;
    for (const { round } of batch) round.settled();
    if (this.waiting.length > 0) this.sendAfterTurn();
  }
}
