import type { Proof } from './leak-classes';
import type { TestResult } from './test-results';

/** What tests say about a proof: how many there are and how many passed. */
export interface Verdict {
  proof: Proof;
  tests: number;
  passed: number;
}

const belongs = (proof: Proof, { file, fullName, title }: TestResult): boolean =>
  file === proof.file &&
  ('test' in proof ? fullName.startsWith(proof.test) : title.includes(`class ${proof.class}: `));

export const judge = (proof: Proof, results: readonly TestResult[]): Verdict => {
  const tests = results.filter((result) => belongs(proof, result));
  return { proof, tests: tests.length, passed: tests.filter(({ passed }) => passed).length };
};

/** A proof holds when its tests exist and all of them passed. */
export const holds = ({ tests, passed }: Verdict): boolean => tests > 0 && passed === tests;

export const nameOf = (proof: Proof): string =>
  'class' in proof ? `the corpus, class ${proof.class}` : proof.test === '' ? 'all of the file' : proof.test;
