import type { Section } from './classes.section';
import { CORPUS_FILE } from './leak-classes';
import { table, whole } from './markdown';
import type { TestResult } from './test-results';

const SETTINGS = [
  ['The repository alone', 'repository alone'],
  ['The guard of the schema alone', 'schema guard alone'],
  ['The wire probe alone', 'wire probe alone'],
  ['With all three', 'all three'],
  ['Without a net', 'none'],
] as const;

const TITLE = /^(?<outcome>.*?)class (?<leak>\d+): (?<attack>.*)$/;

const OUTCOMES: Readonly<Record<string, string>> = {
  'stops ': 'stopped',
  'stopped is ': 'stopped',
  'does not see ': 'not seen',
  'leaks ': 'leaks',
};

interface Tried {
  setting: string;
  outcome: string;
  attack: string;
  leak: number;
}

const triedOf = ({ file, ancestors, title, passed }: TestResult): Tried[] => {
  const setting = ancestors.at(-1);
  const groups = TITLE.exec(title)?.groups;
  if (file !== CORPUS_FILE || setting === undefined || groups === undefined) return [];
  const outcome = passed ? (OUTCOMES[groups['outcome']!] ?? 'unknown') : 'FAILED';
  return [{ setting, outcome, attack: groups['attack']!, leak: Number(groups['leak']) }];
};

/** The corpus of attacks, tried with each net alone, with all and with none. */
export const netsSection = (results: readonly TestResult[]): Section => {
  const attacks = new Map<string, { leak: number; outcomes: Map<string, string> }>();
  for (const { setting, outcome, attack, leak } of results.flatMap(triedOf)) {
    const known = attacks.get(attack) ?? { leak, outcomes: new Map<string, string>() };
    // Tried for tenants of the shared database and for those with one of their own: the same has to come of it.
    const before = known.outcomes.get(setting) ?? outcome;
    known.outcomes.set(setting, before === outcome ? outcome : 'FAILED');
    attacks.set(attack, known);
  }
  const rows = [...attacks].map(([attack, { leak, outcomes }]) => [
    String(leak),
    attack,
    ...SETTINGS.map(([setting]) => outcomes.get(setting) ?? 'NOT TRIED'),
  ]);
  const sums = SETTINGS.map(([setting], at) => {
    const column = rows.map((row) => row[at + 2]!);
    const count = (outcome: string) => column.filter((one) => one === outcome).length;
    return [
      SETTINGS[at]![1],
      whole(count('stopped')),
      whole(count('not seen')),
      whole(count('leaks')),
      setting,
    ];
  });
  const faults = rows.flatMap(([leak, attack, ...outcomes]) =>
    outcomes.some((outcome) => outcome === 'FAILED' || outcome === 'NOT TRIED' || outcome === 'unknown')
      ? [`the corpus, class ${leak}: "${attack}" is not as it has to be`]
      : [],
  );
  return {
    text: [
      '## Each net alone',
      `${whole(rows.length)} named attacks, from within a request of one tenant on its neighbour, in the shared database and in databases of their own: with one net on and the ` +
        'other two off, with all on, and with all off. Off, the repository sends on what it was told; then every attack ' +
        'has to leak, or it would prove nothing. “Not seen” is what a net cannot see by its nature, and a test shows that ' +
        'it does not: the repository knows nothing of code that takes the Mongoose model instead of it, the guard on the ' +
        'model’s collection nothing of the driver’s database. The reasons stand beside the attacks.',
      table(
        ['nets on', 'stopped', 'not seen', 'leaks'],
        sums.map((cells) => cells.slice(0, 4)),
      ),
      '<details><summary>Every attack</summary>',
      table(['class', 'attack', ...SETTINGS.map(([, name]) => name)], rows),
      '</details>',
    ].join('\n\n'),
    faults: rows.length === 0 ? ['the corpus was not run'] : faults,
  };
};
