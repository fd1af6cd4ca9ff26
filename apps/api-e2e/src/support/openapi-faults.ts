import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** The command of @seriousme/openapi-schema-validator: the package is an ES module, which Jest can't load. */
const VALIDATE = path.join(
  path.dirname(require.resolve('@seriousme/openapi-schema-validator')),
  'bin/validate-api-cli.js',
);

/** What the OpenAPI schema finds wrong with a document; `undefined` when it is valid. */
export const openApiFaults = async (document: unknown): Promise<unknown> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'financeops-openapi-'));
  try {
    const file = path.join(folder, 'openapi.json');
    await writeFile(file, JSON.stringify(document));
    const { stdout } = await run(process.execPath, [VALIDATE, file]).catch(
      (failure: { stdout: string }) => failure,
    );
    const verdict = JSON.parse(stdout) as { valid: boolean; errors?: unknown };
    return verdict.valid ? undefined : (verdict.errors ?? 'not valid');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
