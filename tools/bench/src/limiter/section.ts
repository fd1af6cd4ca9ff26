import type { Redis } from 'ioredis';
import { interleave, type Measured } from '../measure/interleave';
import { median, medianRatio } from '../measure/statistics.rules';
import { tenantIds } from '../measure/tenant-ids';
import type { Goal } from '../report/goals';
import { ratio, table, tenths, whole } from '../report/table';
import type { Section } from '../section';
import { A_MINUTE, type Checker } from './checker';
import { CHECKER_NAMES, CHECKERS, type CheckerName } from './contenders';
import { load, prefillAll, type LoadFigures } from './load';
import { bytesOfTenant } from './memory';

const ENTRIES = 400;
const IN_FLIGHT = [50, 200] as const;
type Figure = keyof LoadFigures;
type All = Record<CheckerName, Checker>;

const rateTable = (all: All, measured: Map<number, Measured<Figure>>): string =>
  table(
    [
      'limiter',
      ...IN_FLIGHT.flatMap((c) => [`checks/s at ${c}`, `x script at ${c}`]),
      'Redis CPU, us a check',
      'client CPU, us a check',
    ],
    CHECKER_NAMES.map((key) => {
      const of = (c: number, name: CheckerName) => measured.get(c)!.get(all[name].name)!;
      return [
        all[key].name,
        ...IN_FLIGHT.flatMap((c) => [
          whole(median(of(c, key).rate)),
          ratio(medianRatio(of(c, key).rate, of(c, 'zset').rate)),
        ]),
        tenths(median(of(200, key).redis)),
        tenths(median(of(200, key).client)),
      ];
    }),
  );

const goalsOf = (all: All, at200: Measured<Figure>, bytes: Map<CheckerName, number[]>): Goal[] => {
  const against = (figure: Figure, name: CheckerName) =>
    medianRatio(at200.get(all.ours.name)![figure], at200.get(all[name].name)![figure]);
  return [
    { what: 'checks/s at 200 in flight, x the script', measured: against('rate', 'zset'), atLeast: 2.2 },
    {
      what: 'checks/s at 200 in flight, x the obvious flow',
      measured: against('rate', 'obviousFlow'),
      atLeast: 7,
    },
    {
      what: 'checks/s at 200 in flight, x rate-limiter-flexible',
      measured: against('rate', 'flexible'),
      atLeast: 1.6,
    },
    { what: 'Redis CPU, x the script', measured: against('redis', 'zset'), atMost: 0.45 },
    { what: 'Redis CPU, x the obvious flow', measured: against('redis', 'obviousFlow'), atMost: 0.22 },
    {
      what: 'sorted set: times our bytes a tenant at 1,000 entries',
      measured: bytes.get('zset')![1]! / bytes.get('ours')![1]!,
      atLeast: 20,
    },
  ];
};

const memoryTable = async (redis: Redis, all: All, bytes: Map<CheckerName, number[]>): Promise<string> => {
  const rows: string[][] = [];
  for (const key of CHECKER_NAMES) {
    const sizes = [await bytesOfTenant(redis, all[key], 300), await bytesOfTenant(redis, all[key], 1_000)];
    bytes.set(key, sizes);
    rows.push([all[key].name, ...sizes.map(whole)]);
  }
  return table(['bytes a tenant', '300 entries', '1,000 entries'], rows);
};

/** The limiter as the API uses it, beside what a team could pick instead, against one Redis. */
export const limiter: Section = async ({ databases, redis, options, say }) => {
  const ids = tenantIds(options.quick ? 50 : 500);
  const ms = options.quick ? 100 : 600;
  const rounds = options.quick ? 1 : 5;
  const made: [string, Checker][] = [];
  try {
    for (const key of CHECKER_NAMES)
      made.push([key, await CHECKERS[key](databases.redisUrl, Date.now, A_MINUTE)]);
    const all = Object.fromEntries(made) as All;
    const slot = async (checker: Checker, inFlight: number, duration: number) => {
      await prefillAll(redis, checker, ids, ENTRIES);
      return load(redis, checker, ids, { inFlight, ms: duration });
    };
    const measured = new Map<number, Measured<Figure>>();
    for (const checker of Object.values(all)) await slot(checker, 200, ms / 2);
    for (const inFlight of IN_FLIGHT) {
      say(`limiter: ${inFlight} in flight`);
      const contenders = Object.values(all).map((checker) => ({
        name: checker.name,
        slot: () => slot(checker, inFlight, ms),
      }));
      measured.set(inFlight, await interleave(contenders, rounds));
    }
    const bytes = new Map<CheckerName, number[]>();
    const memory = await memoryTable(redis, all, bytes);
    const text =
      `${whole(ids.length)} tenants with ${ENTRIES} live entries each, one client process, one Redis; medians of ` +
      `${rounds} interleaved rounds of ${ms} ms. CPU at 200 in flight.`;
    return {
      text: [text, rateTable(all, measured), memory].join('\n\n'),
      goals: goalsOf(all, measured.get(200)!, bytes),
    };
  } finally {
    for (const [, checker] of made) await checker.close();
  }
};
