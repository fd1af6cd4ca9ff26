/**
 * Compiles apps, libs and tools to dist/ with SWC; aliases become relative paths. Types are checked by `npm run typecheck`.
 * Copies the script of the API reference beside the code that serves it.
 */
import { transformFile } from '@swc/core';
import { createRequire } from 'node:module';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(fileURLToPath(import.meta.url), '../..');
const require = createRequire(import.meta.url);

/** What only tests use: never in the image that ships. */
const TEST_ONLY = /(^|\/)(proofs|testing|[a-z-]+-e2e)$|\.fixture\.ts$/;

async function* sources(dir, skip) {
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const full = path.join(dir, entry.name);
    if (skip?.test(full)) continue;
    if (entry.isDirectory() && entry.name !== 'node_modules') yield* sources(full, skip);
    else if (/\.ts$/.test(entry.name) && !/spec\.ts$|\.d\.ts$/.test(entry.name)) yield full;
  }
}

const mtime = async (file) =>
  stat(file).then(
    (s) => s.mtimeMs,
    () => 0,
  );

async function copyReference() {
  const source = path.join(
    path.dirname(require.resolve('@scalar/fastify-api-reference')),
    'js/standalone.js',
  );
  const out = path.join(root, 'dist/apps/api/src/http/openapi/scalar.js');
  if ((await mtime(out)) > (await mtime(source))) return;
  const temporary = `${out}.${process.pid}`;
  await copyFile(source, temporary);
  await rename(temporary, out);
}

/**
 * Brings dist/ up to date and resolves to the number of files compiled.
 * `production`: without proofs, fixtures and test helpers.
 * @throws AggregateError when some do not compile: all others are up to date, of these nothing is left in dist/
 */
export async function build({ production = false } = {}) {
  const { compilerOptions } = require('../tsconfig.base.json');
  const config = JSON.parse(await readFile(path.join(root, '.swcrc'), 'utf8'));
  delete config.$schema;
  config.jsc.baseUrl = root;
  config.jsc.paths = compilerOptions.paths;
  const inputs = ['tsconfig.base.json', '.swcrc', 'tools/build.mjs'].map((file) =>
    mtime(path.join(root, file)),
  );
  const newestConfig = Math.max(...(await Promise.all(inputs)));
  const errors = [];
  let compiled = 0;
  for (const top of ['apps', 'libs', 'tools']) {
    for await (const file of sources(path.join(root, top), production ? TEST_ONLY : undefined)) {
      const out = path.join(root, 'dist', path.relative(root, file)).replace(/\.ts$/, '.js');
      if ((await mtime(out)) > Math.max(await mtime(file), newestConfig)) continue;
      const code = await transformFile(file, { ...config, swcrc: false, filename: file }).then(
        (result) => result.code,
        (error) =>
          void errors.push(
            new Error(`${path.relative(root, file)}: ${error.message.split('\n\nCaused by')[0]}`),
          ),
      );
      if (code === undefined) {
        await rm(out, { force: true });
        continue;
      }
      await mkdir(path.dirname(out), { recursive: true });
      // Written aside and renamed: two builds at once never see half a file.
      const temporary = `${out}.${process.pid}`;
      await writeFile(temporary, code);
      await rename(temporary, out);
      compiled += 1;
    }
  }
  await copyReference();
  if (errors.length > 0) throw new AggregateError(errors, errors.map(({ message }) => message).join('\n'));
  return compiled;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(
      `compiled ${await build({ production: process.argv.includes('--production') })} files to dist/`,
    );
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
