import type { MakeChecker } from './checker';
import { flexible } from './flexible';
import { gcra } from './gcra';
import { obviousFlow } from './obvious-flow';
import { ours } from './ours';
import { zset, zsetByHash } from './zset';

/** All ways to limit, by the names that the command line of a client knows. */
export const CHECKERS = { ours, zset, zsetByHash, obviousFlow, flexible, gcra } satisfies Record<
  string,
  MakeChecker
>;
export type CheckerName = keyof typeof CHECKERS;
export const CHECKER_NAMES = Object.keys(CHECKERS) as CheckerName[];
