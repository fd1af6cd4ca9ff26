import { LuaScript, tenantKey, usageKeyPrefix, type RedisConnection } from '@financeops/core/redis';
import { RESTORE_LUA } from './restore.lua';
import { SLIDING_WINDOW_LUA } from './sliding-window.lua';
import { Round } from './round';
import type { TakenPlaces } from './unsent-places';
import { costOf, type Question, type Verdict, type WindowState } from './window';

/** More in one call no longer pays and makes the others wait for Redis's single thread. */
const MAX_BATCH = 8;

/**
 * Milliseconds for which an answer is still of interest: askers go on without it much sooner, but what it says tells
 * whether they are counted.
 */
const LATE_ANSWER_MS = 5_000;

const RESTORE = new LuaScript(RESTORE_LUA);

const windowKey = (owner: string, name: string): string => tenantKey('rate_limit', owner, name);

/** Who wants to know. Gets an answer or a failure, once, and before that may be told that it is late. */
export interface Asker {
  answered(verdict: Verdict): void;
  failed(error: unknown): void;
  late(error: unknown): void;
}

interface Waiting {
  question: Question;
  asker: Asker;
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
const isAlike = (a: Question, b: Question): boolean =>
  a.countsCall === b.countsCall &&
  a.peek === b.peek &&
  a.windows.length === b.windows.length &&
  a.windows.every((window, at) => {
    const other = b.windows[at]!;
    return window.limit === other.limit && window.windowMs === other.windowMs && window.cost === other.cost;
  });

/** Arguments of the script: see `sliding-window.lua.ts`. */
const encode = (batch: readonly Waiting[]): { keys: string[]; args: (string | number)[] } => {
  const keys: string[] = [];
  const kinds: Question[] = [];
  let asked = '';
  for (const { question } of batch) {
    const { owner, windows, countsCall } = question;
    for (const { name } of windows) keys.push(windowKey(owner, name));
    if (countsCall) keys.push(usageKeyPrefix(owner));
    let kind = kinds.findIndex((known) => isAlike(known, question));
    if (kind < 0) kind = kinds.push(question) - 1;
    asked += String.fromCharCode(97 + kind);
  }
  const args: (string | number)[] = [kinds.length];
  for (const { windows, countsCall, peek } of kinds) {
    args.push(windows.length, peek === true ? 0 : 1, countsCall ? 1 : 0);
    for (const window of windows) args.push(window.limit, window.windowMs, costOf(window));
  }
  return { keys, args: [...args, asked] };
};

/** Reads the verdict on a question from `reply` at `at`. Its length there: 1 and 3 for each window. */
const readVerdict = (reply: readonly number[], at: number, { windows }: Question): Verdict => {
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
 * The exact windows, in Redis. Questions of the same turn of the event loop travel together, at most eight a call; in
 * a cluster only those of one owner, whose keys share a slot.
 */
export class RedisWindows {
  private readonly script: LuaScript;
  private readonly byOwner: boolean;
  private waiting: Waiting[] = [];
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
  ask(question: Question): Promise<Verdict> {
    return new Promise((resolve, reject) => {
      this.request(question, LATE_ANSWER_MS, { answered: resolve, failed: reject, late: () => undefined });
    });
  }

  /** `patienceMs`: after so long the asker is told that the answer is late. */
  request(question: Question, patienceMs: number, asker: Asker): void {
    this.waiting.push({ question, asker });
    // A full call needn't wait: Redis works on it while this process goes on.
    if (this.waiting.length === MAX_BATCH && !this.byOwner) return this.send(patienceMs);
    if (this.leaving) return;
    this.leaving = true;
    // setImmediate comes after all sockets that had something to read have been read.
    setImmediate(() => {
      this.leaving = false;
      this.send(patienceMs);
    });
  }

  /** Enters places that were taken without Redis, as many as one call may carry; gives how many. */
  async restore(taken: readonly TakenPlaces[], now: number): Promise<number> {
    const some = taken.slice(0, this.byOwner ? 1 : MAX_BATCH);
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

  private send(patienceMs: number): void {
    const all = this.waiting;
    if (all.length === 0) return;
    this.waiting = [];
    const round = new Round(all, patienceMs);
    for (const group of this.byOwner ? groupByOwner(all) : [all]) {
      for (let at = 0; at < group.length; at += MAX_BATCH)
        void this.call(group.slice(at, at + MAX_BATCH), round);
    }
  }

  private async call(batch: Waiting[], round: Round): Promise<void> {
    const { keys, args } = encode(batch);
    let reply: number[];
    try {
      reply = (await this.script.run(this.redis, keys, args, LATE_ANSWER_MS)) as number[];
    } catch (error) {
      round.settled(batch.length);
      for (const { asker } of batch) asker.failed(error);
      return;
    }
    round.settled(batch.length);
    let at = 1;
    for (const { question, asker } of batch) {
      asker.answered(readVerdict(reply, at, question));
      at += 1 + 3 * question.windows.length;
    }
  }
}
