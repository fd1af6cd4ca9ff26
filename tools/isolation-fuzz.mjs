/**
 * `npm run isolation:fuzz [-- --operations 1000000 --requests 10000 --seed 1]`: many tenants' random operations at once
 * against the repository, then over HTTP; any leak ends it with status 1. Figures are left in reports/.
 */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrap, root } from './bootstrap.mjs';

const { values } = parseArgs({
  options: {
    operations: { type: 'string', default: '1000000' },
    requests: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
for (const [name, value] of Object.entries(values)) {
  if (!/^\d{1,10}$/.test(value)) {
    console.error(`--${name} needs a number`);
    process.exit(1);
  }
}

const NAMES = { repository: 'isolation-fuzz-nightly', http: 'isolation-fuzz-http-nightly' };
const files = Object.values(NAMES).map((name) => path.join(root, 'reports', `${name}.json`));

await bootstrap((sentence) => console.error(`[fuzz] ${sentence}`));
for (const file of files) rmSync(file, { force: true });

const status = await new Promise((resolve) => {
  const child = spawn(
    process.execPath,
    [
      path.join(root, 'node_modules/jest/bin/jest.js'),
      '--runInBand',
      '(isolation|http)-fuzz\\.(int|e2e)-spec',
    ],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        ISOLATION_FUZZ_OPERATIONS: values.operations,
        ISOLATION_FUZZ_REQUESTS: values.requests,
        ISOLATION_FUZZ_SEED: values.seed,
        ISOLATION_FUZZ_REPORT: NAMES.repository,
        ISOLATION_FUZZ_HTTP_REPORT: NAMES.http,
      },
    },
  );
  const forward = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, forward);
  child.once('exit', (code) => resolve(code ?? 1));
});

/** A part that left no figures has failed. */
const told = files.map((file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
});
const [repository, http] = told;
const line = (what, figures) =>
  figures === null
    ? `${what}: failed before its end`
    : `${what}: ${figures.operations} by ${figures.tenants} tenants, ${figures.refused} refused, ` +
      `${figures.leaks} leaks, ${figures.seconds} s`;
console.log(`${line('operations', repository)}; ${line('requests', http)}; seed ${values.seed}`);
process.exit(status === 0 && told.every((figures) => figures?.leaks === 0) ? 0 : 1);
