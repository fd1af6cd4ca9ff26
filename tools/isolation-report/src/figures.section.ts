import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Section } from './classes.section';
import { table, whole } from './markdown';

interface Fuzz {
  operations: number;
  tenants: number;
  leaks: number;
  refused: number;
  seed: number;
  seconds: number;
  at: string;
  byMethod: Record<string, number>;
}

interface Cost {
  at: string;
  node: string;
  rounds: number;
  slot: number;
  routes: { route: string; on: number; off: number; ratio: number }[];
}

const RUNS = [
  ['isolation-fuzz', 'repository, each build'],
  ['isolation-fuzz-nightly', 'repository, nightly'],
  ['isolation-fuzz-http', 'HTTP, each build'],
  ['isolation-fuzz-http-nightly', 'HTTP, nightly'],
] as const;

/** `undefined` when the run that writes it wasn't made here. */
const read = async <T>(folder: string, name: string): Promise<T | undefined> => {
  try {
    return JSON.parse(await readFile(path.join(folder, `${name}.json`), 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** Random operations: how many, and what came of them. */
export const fuzzSection = async (folder: string): Promise<Section> => {
  const runs = await Promise.all(
    RUNS.map(async ([name, title]) => ({ title, fuzz: await read<Fuzz>(folder, name) })),
  );
  const made = runs.flatMap(({ title, fuzz }) => (fuzz === undefined ? [] : [{ title, ...fuzz }]));
  const missing = runs.filter(({ fuzz }) => fuzz === undefined).map(({ title }) => title);
  return {
    text: [
      '## Fuzz',
      'Random operations of many tenants interleaved in one process with random awaits, and random requests over HTTP; what ' +
        'each tenant sees is compared with a model. Refused are those that reached for another tenant or lacked a tenant.',
      table(
        ['run', 'operations', 'tenants', 'methods', 'refused', 'leaks', 'seed', 'seconds', 'on'],
        made.map((fuzz) => [
          fuzz.title,
          whole(fuzz.operations),
          whole(fuzz.tenants),
          whole(Object.keys(fuzz.byMethod).length),
          whole(fuzz.refused),
          whole(fuzz.leaks),
          String(fuzz.seed),
          whole(Math.round(fuzz.seconds)),
          fuzz.at.slice(0, 10),
        ]),
      ),
      ...(missing.length > 0 ? [`Not run before this report was made: ${missing.join('; ')}.`] : []),
    ].join('\n\n'),
    faults: [
      ...made
        .filter(({ leaks }) => leaks > 0)
        .map(({ title, leaks }) => `the fuzz found ${leaks} leaks: ${title}`),
      ...(made.length === 0 ? ['no figures of the fuzz are in reports/'] : []),
    ],
  };
};

/** What the nets take of a request's CPU. A figure, not a condition: it depends on the machine. */
export const costSection = async (folder: string): Promise<Section> => {
  const cost = await read<Cost>(folder, 'isolation-cost');
  const asked = '`npm run bench -- isolation` measures it.';
  if (cost === undefined) {
    return {
      text: `## What the nets cost\n\nNot measured before this report was made: ${asked}`,
      faults: [],
    };
  }
  return {
    text: [
      '## What the nets cost',
      `CPU of the API’s process a request, with the three nets and without them in one run: medians of ${cost.rounds} rounds of ` +
        `${cost.slot} ms in turns, the ratio round by round, on Node.js ${cost.node}, ${cost.at.slice(0, 10)}. The goal is at ` +
        `most 1.05. ${asked}`,
      table(
        ['route', 'with the nets, us', 'without, us', 'ratio'],
        cost.routes.map(({ route, on, off, ratio }) => [
          route,
          whole(Math.round(on)),
          whole(Math.round(off)),
          ratio.toFixed(2),
        ]),
      ),
    ].join('\n\n'),
    faults: [],
  };
};
