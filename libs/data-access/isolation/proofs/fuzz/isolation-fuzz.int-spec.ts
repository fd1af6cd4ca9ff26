import { inspect } from 'node:util';
import fc from 'fast-check';
import { figuresOf, writeFigures } from './figures';
import { aFuzzBench, type FuzzBench } from './fuzz-bench';
import { scripts } from './operation';
import { runScripts } from './run-scripts';
import { unknownStages } from './stages';
import { STEPS, unknownMethods } from './steps';
import { Tally } from './tally';

const TENANTS = 50;
/** Operations of each tenant in a round; a round begins with an empty collection. */
const LENGTH = 40;
const CI_SIZE = 20_000;

const operations = Number(process.env['ISOLATION_FUZZ_OPERATIONS'] ?? CI_SIZE);
const seed = Number(process.env['ISOLATION_FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** Replays one round of a seed: what a failure has printed. */
const round = process.env['ISOLATION_FUZZ_PATH'];
const report = process.env['ISOLATION_FUZZ_REPORT'] ?? 'isolation-fuzz';

/** Faults as a person reads them, the first few. */
const told = (faults: readonly unknown[]): string => inspect(faults.slice(0, 5), { depth: 6 });

describe('Fifty tenants at once, by every method of the repository', () => {
  let bench: FuzzBench;
  beforeAll(async () => {
    bench = await aFuzzBench(TENANTS);
  });
  afterAll(() => bench.close());

  it('knows every method and every stage', () => {
    const help = 'Teach the fuzz (steps.ts, stages.ts) what this does, and what the model makes of it.';
    expect({ help, methods: unknownMethods(), stages: unknownStages() }).toEqual({
      ...{ help, methods: [], stages: [] },
    });
  });

  it(
    'each sees and changes its own alone',
    async () => {
      const tally = new Tally();
      const since = Date.now();
      let toldAt = since;
      const property = fc.asyncProperty(scripts(TENANTS, LENGTH), async (script) => {
        if (round === undefined && tally.operations >= operations) return true;
        const faults = await runScripts(script, { ...bench, tally });
        if (Date.now() - toldAt > 10_000) {
          toldAt = Date.now();
          const rate = Math.round((tally.operations * 1_000) / (toldAt - since));
          process.stderr.write(
            `[fuzz] ${tally.operations} of ${operations} operations, ${rate}/s, ${tally.faults.length} leaks\n`,
          );
        }
        return faults.length === 0;
      });
      // Some of a script are heads of transactions, which aren't counted: rounds go on until there are enough.
      const numRuns = Math.ceil((operations * 1.25) / (TENANTS * LENGTH));
      const result = await fc.check(property, {
        ...{ seed, numRuns, endOnFailure: true },
        ...(round === undefined ? {} : { path: round }),
      });
      const { onTheWire } = bench;
      const figures = figuresOf(tally, { tenants: TENANTS, seed, since, wire: onTheWire.length });
      if (round === undefined) writeFigures(report, figures);
      const again = `ISOLATION_FUZZ_SEED=${seed} ISOLATION_FUZZ_PATH=${result.counterexamplePath ?? '-'}`;
      expect([again, told(tally.faults), onTheWire, result.errorInstance ?? null]).toEqual([
        again,
        '[]',
        [],
        null,
      ]);
      if (round === undefined && operations >= CI_SIZE) {
        expect(Object.keys(STEPS).filter((method) => tally.byMethod[method] === undefined)).toEqual([]);
      }
    },
    60_000 + operations * 30,
  );
});
