import { LEAK_CLASSES } from './leak-classes';
import { holds, judge } from './proof.rules';
import type { TestResult } from './test-results';

const result = (title: string, passed = true, file = 'a.spec.ts'): TestResult => ({
  file,
  ancestors: ['The nets'],
  title,
  fullName: `The nets ${title}`,
  passed,
});

describe('A proof', () => {
  const proof = { file: 'a.spec.ts', test: 'The nets stop' };

  it('holds when all tests of its name passed', () => {
    const verdict = judge(proof, [result('stop one'), result('stop two'), result('leak', false)]);
    expect(verdict).toMatchObject({ tests: 2, passed: 2 });
    expect(holds(verdict)).toBe(true);
  });

  it('does not hold when one of them failed', () => {
    expect(holds(judge(proof, [result('stop one'), result('stop two', false)]))).toBe(false);
  });

  it('does not hold when no test has its name, or another file’s alone', () => {
    expect(holds(judge(proof, []))).toBe(false);
    expect(holds(judge(proof, [result('stop one', true, 'b.spec.ts')]))).toBe(false);
  });

  it('by a class takes that class alone', () => {
    const results = [result('stops class 1: a'), result('stops class 11: b'), result('stops class 1: c')];
    expect(judge({ file: 'a.spec.ts', class: 1 }, results).tests).toBe(2);
  });
});

it('The leak classes are 1 to 23, each with proof', () => {
  expect(LEAK_CLASSES.map(({ leak }) => leak)).toEqual(Array.from({ length: 23 }, (_, at) => at + 1));
  for (const { proofs } of LEAK_CLASSES) expect(proofs.length).toBeGreaterThan(0);
});
