/**
 * `npm run test:node -- 22 24`: with each of these versions of Node.js the unit tests, `npm start` from an empty data
 * directory, and the demonstration against it. The binaries come from npm (`node-<platform>-<arch>`).
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bootstrap, root } from './bootstrap.mjs';

/** Milliseconds; a first start downloads the databases. */
const START_TIMEOUT_MS = 300_000;

const log = (version, sentence) => console.error(`[node ${version}] ${sentence}`);
const versions = process.argv.slice(2);
if (versions.length === 0 || versions.some((version) => !/^\d+$/.test(version))) {
  console.error('Usage: npm run test:node -- <major version> ..., for example 22 24');
  process.exit(2);
}

/** Path of the binary, installed once for each version. */
function install(version) {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = path.join(root, 'node_modules/.cache', `node-${version}`);
  const binary = path.join(folder, 'node_modules', name, 'bin/node');
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  log(version, `installing ${name}@${version} ...`);
  const args = [
    'install',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--prefix',
    folder,
    `${name}@${version}`,
  ];
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0 || !existsSync(binary))
    throw new Error(`${name}@${version} can't be installed: see above`);
  return binary;
}

function unitTests(version, binary) {
  const report = path.join(root, 'reports', `unit-node-${version}.json`);
  rmSync(report, { force: true });
  const jest = path.join(root, 'node_modules/jest/bin/jest.js');
  const args = [jest, '--selectProjects=unit', '--json', `--outputFile=${report}`];
  spawnSync(binary, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites };
}

/** Whether it starts from nothing, and the demonstration runs against it. */
async function startAndDemo(version, binary) {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'financeops-node-'));
  const env = { ...process.env, DATA_DIR: dataDir, PORT: '0' };
  const service = spawn(binary, ['tools/start.mjs'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const ended = new Promise((resolve) => service.once('exit', resolve));
  const ready = new Promise((resolve) => {
    service.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
      if (/^ready http/m.test(output)) resolve('ready');
    });
  });
  const timeout = new Promise((resolve) => setTimeout(resolve, START_TIMEOUT_MS).unref());
  try {
    if ((await Promise.race([ready, ended, timeout])) !== 'ready') {
      log(version, `npm start did not get ready:\n${output}`);
      return false;
    }
    const { status, stdout, stderr } = spawnSync(binary, ['tools/demo.mjs'], {
      cwd: root,
      env,
      encoding: 'utf8',
    });
    if (status !== 0) log(version, `npm run demo failed:\n${stdout}${stderr}`);
    return status === 0;
  } finally {
    service.kill('SIGTERM');
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  }
}

await bootstrap((sentence) => console.error(`[test] ${sentence}`));
mkdirSync(path.join(root, 'reports'), { recursive: true });
let passed = 0;
let failed = 0;
for (const version of versions) {
  const binary = install(version);
  const units = unitTests(version, binary);
  const starts = await startAndDemo(version, binary);
  passed += units.passed + (starts ? 1 : 0);
  failed += units.failed + (starts ? 0 : 1);
  log(
    version,
    `unit tests: ${units.passed} passed, ${units.failed} failed; start and demo ${starts ? 'work' : 'FAIL'}`,
  );
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
