import path from 'node:path';
import { ask } from '../measure/child';
import { CHECKER_NAMES, type CheckerName } from '../limiter/contenders';
import { ratio, table } from '../report/table';
import type { Section } from '../section';
import { sharedClock, type Admission } from './attack';
import { admittedAfterRetryAfter } from './retry-after';
import type { AttackOrder } from './skewed-client';
import { worstWindow } from './worst-window.rules';

const WINDOW = { limit: 100, windowMs: 1_000 };
/** Three processes whose clocks differ by 500 ms, and the same three with clocks that agree. */
const CLOCKS = { agreeing: [0, 0, 0], skewed: [-500, 0, 500] };
/** Milliseconds for the processes to start; that all are ready by then is checked by the figures being there. */
const LEAD_MS = 2_500;
const CLIENT = path.join(__dirname, 'skewed-client.js');

const PEERS: Record<CheckerName, string> = {
  ours: 'this platform',
  zset: 'sorted set, Lua script, client clock',
  zsetByHash: 'the same, EVALSHA',
  obviousFlow: 'obvious flow',
  flexible: 'rate-limiter-flexible',
  gcra: 'GCRA',
};

const worst = async (
  redisUrl: string,
  checker: CheckerName,
  offsets: number[],
  run: number,
): Promise<number> => {
  const startAt = sharedClock() + LEAD_MS;
  const order = { checker, redisUrl, window: WINDOW, tenantId: `exact-${checker}-${run}`, startAt };
  const admissions = await Promise.all(
    offsets.map((offsetMs) => ask<Admission[]>(CLIENT, { ...order, offsetMs } satisfies AttackOrder)),
  );
  return worstWindow(admissions.flat(), WINDOW.windowMs) / WINDOW.limit;
};

/** The worst window over three attacking processes, and whether `Retry-After` is true. */
export const exactness: Section = async ({ databases, options }) => {
  const runs = 1;
  const trials = options.quick ? 5 : 40;
  const names: CheckerName[] = options.quick
    ? ['ours']
    : CHECKER_NAMES.filter((name) => name !== 'zsetByHash');
  const rows: string[][] = [];
  let oursWorst = 0;
  for (const name of names) {
    const found = { agreeing: 0, skewed: 0 };
    for (const clocks of ['agreeing', 'skewed'] as const) {
      for (let run = 0; run < runs; run++) {
        const id = run + (clocks === 'skewed' ? runs : 0);
        found[clocks] = Math.max(found[clocks], await worst(databases.redisUrl, name, CLOCKS[clocks], id));
      }
    }
    if (name === 'ours') oursWorst = Math.max(found.agreeing, found.skewed);
    rows.push([PEERS[name], ratio(found.agreeing), ratio(found.skewed)]);
  }
  const admitted = await admittedAfterRetryAfter(databases.redisUrl, trials);
  const text =
    `Three processes attack one window of ${WINDOW.limit} a second at its worst moments; the worst window that certainly ` +
    `held so many admissions, over the limit (the worst of ${runs} attacks). A request after \`Retry-After\` seconds: ` +
    `${admitted} of ${trials} admitted.`;
  return {
    text: `${text}\n\n${table(['worst window / limit', 'clocks agree', 'clocks 500 ms apart'], rows)}`,
    goals: [
      { what: 'worst window / limit', measured: oursWorst, atMost: 1 },
      { what: 'admitted after Retry-After, of all', measured: admitted / trials, atLeast: 1 },
    ],
  };
};
