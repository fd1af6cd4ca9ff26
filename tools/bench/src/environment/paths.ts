import path from 'node:path';

/** The project's root; this file runs compiled, from dist/tools/bench/src/environment. */
export const ROOT = path.resolve(
  __dirname,
  __dirname.includes(`${path.sep}dist${path.sep}`) ? '../../../../..' : '../../../..',
);
export const DIST = path.join(ROOT, 'dist');
