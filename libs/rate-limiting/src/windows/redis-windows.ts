import { LuaScript, tenantKey, usageKeyPrefix, type RedisConnection } from '@financeops/core/redis';
import { RESTORE_LUA } from './restore.lua';
import { SLIDING_WINDOW_LUA } from './sliding-window.lua';
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

interface Waiting {
  question: Question;
  resolve: (verdict: Verdict) => void;
  reject: (error: unknown) => void;
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

/** Reads the reply for one question from `reply` at `at`; gives the verdict and where the next one begins. */
const readVerdict = (reply: readonly number[], at: number, { windows }: Question): [Verdict, number] => {
  const clock = reply[0]!;
  const allowed = reply[at++] === 1;
  let retryInMs = 0;
  const states: WindowState[] = windows.map(({ name, limit, windowMs }) => {
    const [used, resetInMs, wait] = [reply[at]!, reply[at + 1]!, reply[at + 2]!];
    at += 3;
    retryInMs = Math.max(retryInMs, wait);
    return {
      name,
      limit,
      windowMs,
      remaining: Math.max(0, limit - used),
      full: wait > 0,
      resetAt: clock + resetInMs,
      resetInMs,
    };
  });
  return [{ allowed, windows: states, retryInMs: allowed ? 0 : retryInMs }, at];
};

/**
 * The exact windows, in Redis. Questions of the same turn of the event loop travel together, at most eight a call; in
 * a cluster only those of one owner, whose keys share a slot.
 */
export class RedisWindows {
  private readonly script: LuaScript;
  private readonly byOwner: boolean;
  private waiting: Waiting[] = [];

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
      // setImmediate comes after all sockets that had something to read have been read.
      if (this.waiting.length === 0) setImmediate(() => this.send());
      this.waiting.push({ question, resolve, reject });
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

  private send(): void {
    const all = this.waiting;
    this.waiting = [];
    for (const group of this.byOwner ? groupByOwner(all) : [all]) {
      for (let at = 0; at < group.length; at += MAX_BATCH) void this.call(group.slice(at, at + MAX_BATCH));
    }
  }

  private async call(batch: Waiting[]): Promise<void> {
    const keys: string[] = [];
    const args: number[] = [];
    for (const { question } of batch) {
      const { owner, windows, countsCall, peek } = question;
      args.push(windows.length, peek === true ? 0 : 1, countsCall ? 1 : 0);
      for (const window of windows) {
        keys.push(windowKey(owner, window.name));
        args.push(window.limit, window.windowMs, costOf(window));
      }
      if (countsCall) keys.push(usageKeyPrefix(owner));
    }
    try {
      const reply = (await this.script.run(this.redis, keys, args, LATE_ANSWER_MS)) as number[];
      let at = 1;
      for (const { question, resolve } of batch) {
        const [verdict, next] = readVerdict(reply, at, question);
        at = next;
        resolve(verdict);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
