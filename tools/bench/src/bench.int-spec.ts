import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './environment/paths';

const run = promisify(execFile);
const BENCH = path.join(ROOT, 'tools/bench.mjs');

/** The rows of all tables, as lists of cells. */
const rowsOf = (output: string): string[][] =>
  output
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

const figure = (cell: string | undefined): number => Number((cell ?? '').replaceAll(',', ''));

describe('npm run bench', () => {
  it('measures the limiters side by side and prints tables', async () => {
    const { stdout } = await run(process.execPath, [BENCH, 'limiter', '--quick']);
    expect(stdout).toMatch(/^Measured \d{4}-\d\d-\d\d on \d+ cores .* Redis \d+\.\d+\.\d+/);
    const rows = rowsOf(stdout);
    const rates = rows.filter((row) => row.length === 7 && row[0] !== 'limiter' && !row[0]!.startsWith('-'));
    expect(rates.map(([name]) => name)).toEqual([
      expect.stringContaining('this platform'),
      expect.stringContaining('sorted set, one Lua script, EVAL'),
      expect.stringContaining('the same script, EVALSHA'),
      expect.stringContaining('obvious flow'),
      expect.stringContaining('rate-limiter-flexible'),
      expect.stringContaining('GCRA'),
    ]);
    for (const [, ...figures] of rates) {
      for (const cell of figures) expect(figure(cell)).toBeGreaterThan(0);
    }
    // The script is what the others are compared with.
    expect(rates[1]![2]).toBe('1.00');
    // Sizes don't depend on the machine's speed: these hold in any run.
    const memory = rows.find((row) => row.length === 4 && row[0]!.includes('bytes a tenant at 1,000'));
    expect(figure(memory?.[2])).toBeGreaterThanOrEqual(20);
  });

  it('serves with every contender, and all decide exactly', async () => {
    const { stdout } = await run(process.execPath, [BENCH, 'http', '--quick']);
    const served = rowsOf(stdout).filter((row) => row.length === 7 && !row[0]!.startsWith('-'));
    // The heading, and nine servers.
    expect(served).toHaveLength(10);
    for (const [, rate] of served.slice(1)) expect(figure(rate)).toBeGreaterThan(0);
  }, 180_000);

  it('says what it does not know', async () => {
    await expect(run(process.execPath, [BENCH, 'limits'])).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('limits is no section') as unknown,
    });
  });
});
