/** The longest window: the log's stamps are unambiguous over twice this (see `sliding-window.lua.ts`). */
export const MAX_WINDOW_MS = 3_600_000;

export const MINUTE_MS = 60_000;

/** At most `limit` requests in any `windowMs`. */
export interface WindowSpec {
  /** What is limited, within its owner: `global`, or the name of a route. One name always has the same `windowMs`. */
  name: string;
  limit: number;
  /** Milliseconds, up to `MAX_WINDOW_MS`. */
  windowMs: number;
  /** Places that the request takes; 1 unless told. */
  cost?: number;
}

/** One request and all windows that must have room for it: all of them take it, or none. */
export interface RateLimitRequest {
  /** Whose windows: a tenant's id, or an address, or the like. It is the hash tag of all their keys. */
  owner: string;
  windows: readonly WindowSpec[];
  /** The tenant (always the owner) whose `api_calls` this request is one of, if it is admitted. */
  countsCall: boolean;
  /** Only asks whether there is room. */
  peek?: boolean;
  /** Admits what it would refuse, without a place: the windows stay as if it had been refused. */
  dryRun?: boolean;
}

/** A window after the decision. */
export interface WindowState {
  name: string;
  limit: number;
  windowMs: number;
  remaining: number;
  /** Had no room for this request, which may cost more than one place. */
  full: boolean;
  /** Unix milliseconds when the oldest counted request leaves the window; now, when nothing is counted. */
  resetAt: number;
  /** Milliseconds from the decision to `resetAt`. */
  resetInMs: number;
}

export interface RateLimitDecision {
  allowed: boolean;
  windows: WindowState[];
  /** Milliseconds after which every window has room, if nobody else takes it; 0 for an admitted request. */
  retryInMs: number;
  /** Admitted in a dry run alone. */
  overLimit?: true;
}

/** Whole seconds after which a request is admitted; 0 when this one was. */
export const retryAfterSeconds = ({ retryInMs }: RateLimitDecision): number => Math.ceil(retryInMs / 1_000);

export const costOf = (window: WindowSpec): number => window.cost ?? 1;

const isWhole = (value: number, min: number, max: number): boolean =>
  Number.isSafeInteger(value) && value >= min && value <= max;

/** @throws RangeError for a window that can't be kept, a mistake of the calling code. */
export const assertKeepable = ({ name, limit, windowMs, cost = 1 }: WindowSpec): void => {
  if (!isWhole(limit, 0, Number.MAX_SAFE_INTEGER))
    throw new RangeError(`${name}: limit must be a whole number`);
  if (!isWhole(windowMs, 1, MAX_WINDOW_MS)) {
    throw new RangeError(`${name}: windowMs must be a whole number from 1 to ${MAX_WINDOW_MS}`);
  }
  if (!isWhole(cost, 1, Math.max(1, limit))) {
    throw new RangeError(`${name}: cost must be a whole number from 1 to the limit`);
  }
};
