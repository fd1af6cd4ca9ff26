/**
 * `npm test [arguments of jest]`: unit, integration and end-to-end tests from a bare clone.
 * Jest's global setup starts the databases. The last line counts what jest's report says.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { bootstrap, root } from './bootstrap.mjs';

const report = path.join(root, 'reports/jest.json');

await bootstrap((sentence) => console.error(`[test] ${sentence}`));
mkdirSync(path.dirname(report), { recursive: true });
rmSync(report, { force: true });

const jest = path.join(root, 'node_modules/jest/bin/jest.js');
const args = [jest, '--json', `--outputFile=${report}`, ...process.argv.slice(2)];
const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
// Ctrl-C reaches jest too; we stay until it has cleaned up.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
const status = await new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));

const { passed, failed } = count();
console.log(`${passed} passed, ${failed} failed`);
process.exit(status === 0 && failed === 0 && passed > 0 ? 0 : 1);

/** A suite that could not run counts as a failed test; so does a run without a report. */
function count() {
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
