/**
 * `npm run mutation [-- slices of tools/mutation/slices.mjs]`: breaks the sources of data access and tenancy in every way
 * that Stryker knows, and asks the specs whether they notice. The last line is the score over all slices. MongoDB and
 * Redis are started once for the whole run, unless TEST_MONGODB_URI and TEST_REDIS_URL name them.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { bootstrap, root } from './bootstrap.mjs';
import { SLICES } from './mutation/slices.mjs';

const say = (sentence) => console.error(`[mutation] ${sentence}`);
const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(SLICES);
const unknown = names.filter((name) => SLICES[name] === undefined);
if (unknown.length > 0) {
  say(`no slice is called ${unknown.join(', ')}: there are ${Object.keys(SLICES).join(', ')}`);
  process.exit(1);
}

const needsDatabases = names.some((name) => SLICES[name].io) && !process.env['TEST_MONGODB_URI'];
await bootstrap(say);
const { startTestDatabases } = createRequire(import.meta.url)(
  path.join(root, 'dist/libs/testing/src/jest/test-databases.js'),
);

/** Resolves to Stryker's exit status: other than 0 below the threshold too. */
async function run(name, env) {
  rmSync(report(name), { force: true });
  const stryker = path.join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const child = spawn(process.execPath, [stryker, 'run', 'stryker.config.mjs'], {
    cwd: root,
    env: { ...process.env, ...env, MUTATION_SLICE: name },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const forward = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, forward);
  const status = await new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, forward);
  return status;
}

const report = (name) => path.join(root, 'reports/mutation', `${name}.json`);

/** Mutants of a slice by how they ended: Killed, Timeout, Survived, NoCoverage, Ignored ... */
function tally(name) {
  const { files } = JSON.parse(readFileSync(report(name), 'utf8'));
  const ended = {};
  for (const { status } of Object.values(files).flatMap(({ mutants }) => mutants)) {
    ended[status] = (ended[status] ?? 0) + 1;
  }
  return ended;
}

const databases = needsDatabases ? await startTestDatabases() : undefined;
let status = 0;
let [detected, all] = [0, 0];
try {
  const env = databases && { TEST_MONGODB_URI: databases.mongodbUri, TEST_REDIS_URL: databases.redisUrl };
  for (const name of names) {
    // Every slice is run, whatever became of the one before.
    const ended = await run(name, env);
    status ||= ended;
    if (!existsSync(report(name))) {
      say(`${name}: Stryker left no report (exit status ${ended}): see above`);
      status ||= 1;
      continue;
    }
    const { Killed = 0, Timeout = 0, Survived = 0, NoCoverage = 0 } = tally(name);
    detected += Killed + Timeout;
    all += Killed + Timeout + Survived + NoCoverage;
    say(`${name}: ${Killed + Timeout} of ${Killed + Timeout + Survived + NoCoverage} mutants noticed`);
  }
} finally {
  await databases?.stop();
}
console.log(`mutation score ${((100 * detected) / all).toFixed(1)} % (${detected} of ${all} mutants)`);
process.exit(status);
