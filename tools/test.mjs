/**
 * `npm test [arguments of jest]`: unit, integration and end-to-end tests from a bare clone.
 * Jest's global setup starts the databases. The last line counts what jest's reports say.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { bootstrap, root } from './bootstrap.mjs';

const reports = path.join(root, 'reports');

await bootstrap((sentence) => console.error(`[test] ${sentence}`));
mkdirSync(reports, { recursive: true });

const jest = path.join(root, 'node_modules/jest/bin/jest.js');

/** Runs jest once; `name` is its report's. Resolves to its exit status. */
async function run(name, args) {
  const report = path.join(reports, `${name}.json`);
  rmSync(report, { force: true });
  const all = [jest, '--json', `--outputFile=${report}`, ...args];
  const child = spawn(process.execPath, all, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  // Ctrl-C reaches jest too; we stay until it has cleaned up.
  const forward = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, forward);
  const status = await new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, forward);
  return { status, ...count(report) };
}

const own = process.argv.slice(2);
// End-to-end suites run whole processes: one suite at a time, or they would measure each other.
const runs =
  own.length > 0
    ? [['jest', own]]
    : [
        ['unit', ['--selectProjects=unit']],
        ['integration', ['--selectProjects=integration']],
        ['e2e', ['--selectProjects=e2e', '--runInBand']],
      ];

let passed = 0;
let failed = 0;
let status = 0;
for (const [name, args] of runs) {
  const result = await run(name, args);
  console.error(`[test] ${name}: ${result.passed} passed, ${result.failed} failed`);
  passed += result.passed;
  failed += result.failed;
  status ||= result.status;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(status === 0 && failed === 0 && passed > 0 ? 0 : 1);

/** A suite that could not run counts as a failed test; so does a run without a report. */
function count(report) {
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
