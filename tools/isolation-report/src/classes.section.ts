import { FURTHER, LEAK_CLASSES, type Proof } from './leak-classes';
import { table, whole } from './markdown';
import { holds, judge, nameOf, type Verdict } from './proof.rules';
import type { TestResult } from './test-results';

export interface Section {
  text: string;
  /** What is not as it has to be, in sentences. */
  faults: string[];
}

const line = ({ proof, tests, passed }: Verdict): string => {
  const link = `[${nameOf(proof)}](../${proof.file})`;
  return tests === 1 && passed === 1 ? link : `${link} (${whole(passed)} of ${whole(tests)})`;
};

const row = (name: string[], proofs: readonly Proof[], results: readonly TestResult[]) => {
  const verdicts = proofs.map((proof) => judge(proof, results));
  const faults = verdicts
    .filter((verdict) => !holds(verdict))
    .map(({ proof, tests, passed }) =>
      tests === 0
        ? `no test is called "${nameOf(proof)}" in ${proof.file}`
        : `${tests - passed} of ${tests} tests did not pass: "${nameOf(proof)}" in ${proof.file}`,
    );
  const cells = [...name, verdicts.map(line).join('<br>'), faults.length === 0 ? 'proved' : 'NOT PROVED'];
  return { cells, faults };
};

/** Every class of leak, and what stands beside them, with the tests that prove it. */
export const classesSection = (results: readonly TestResult[]): Section => {
  const classes = LEAK_CLASSES.map(({ leak, title, proofs }) => row([String(leak), title], proofs, results));
  const further = FURTHER.map(({ title, proofs }) => row([title], proofs, results));
  return {
    text: [
      '## Leak classes',
      'Each was seen in a system like this one. A row is proved when every test named in it exists and passed; where a name ' +
        'stands for several tests, their number follows.',
      table(
        ['class', 'leak', 'tests', 'result'],
        classes.map(({ cells }) => cells),
      ),
      '### Beside them',
      table(
        ['what holds', 'tests', 'result'],
        further.map(({ cells }) => cells),
      ),
    ].join('\n\n'),
    faults: [...classes, ...further].flatMap(({ faults }) => faults),
  };
};
