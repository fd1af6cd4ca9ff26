import { onlyUnitTests } from './selection';

describe('onlyUnitTests', () => {
  it.each([
    [['--selectProjects', 'unit']],
    [['--selectProjects', 'unit', '--json']],
    [['libs/core/money/src/money.spec.ts']],
    [['money.spec.ts', 'fees.spec.ts', '-i']],
  ])('is sure of %j', (args) => {
    expect(onlyUnitTests(args)).toBe(true);
  });

  it.each([
    [[]],
    [['--selectProjects', 'unit', 'integration']],
    [['libs/core']],
    [['money.spec.ts', 'libs/ledger']],
    [['libs/core/redis/src/redis.int-spec.ts']],
  ])('is not of %j', (args) => {
    expect(onlyUnitTests(args)).toBe(false);
  });
});
