/** From a bare clone to something that runs: the right Node.js, packages, compiled code. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(fileURLToPath(import.meta.url), '../..');

const oldest = [20, 19];

const modified = (file) => statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Ends the process with one line when something cannot be had. */
export async function bootstrap(say) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    fail(say, `Node.js ${oldest.join('.')} or later is needed; this is ${process.versions.node}`);
  }
  // npm writes the second file at the end of every installation.
  if (modified('package-lock.json') > modified('node_modules/.package-lock.json')) {
    say('installing packages ...');
    const args = ['install', '--no-audit', '--no-fund', '--loglevel=error'];
    const { status } = spawnSync('npm', args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    if (status !== 0) fail(say, 'npm install failed: see above');
  }
  const { build } = await import('./build.mjs');
  try {
    const compiled = await build();
    if (compiled > 0) say(`compiled ${compiled} files`);
  } catch (error) {
    fail(say, `the code does not compile:\n${error.message}`);
  }
}

function fail(say, sentence) {
  say(sentence);
  process.exit(1);
}
