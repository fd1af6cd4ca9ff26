import { parseArgs } from 'node:util';

export const SECTIONS = [
  'limiter',
  'exactness',
  'http',
  'payments',
  'isolation',
  'quota',
  'tenants',
] as const;
export type SectionName = (typeof SECTIONS)[number];

export interface Options {
  /** What to measure, in the order of SECTIONS. */
  sections: SectionName[];
  /** A smoke run: shows that everything works, and figures that mean little. */
  quick: boolean;
  /** Whether docs/performance.md gets the tables, or with `profile` the flame graph. */
  write: boolean;
  /** Whether the API's process writes a CPU profile (`http` alone). */
  profile: boolean;
}

const isSection = (name: string): name is SectionName => (SECTIONS as readonly string[]).includes(name);

/** @throws Error in plain words for what it doesn't know. */
export const parseOptions = (args: string[]): Options => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.find((name) => !isSection(name));
  if (unknown !== undefined) throw new Error(`${unknown} is no section; there are: ${SECTIONS.join(', ')}`);
  const sections = SECTIONS.filter((name) => positionals.length === 0 || positionals.includes(name));
  return { ...values, sections };
};
