/** `npm run lint:openapi`: writes the OpenAPI document to reports/openapi.json and lints it (redocly.yaml). */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from './build.mjs';
import { root } from './bootstrap.mjs';

await build();
const script = path.join(root, 'dist/apps/api/src/openapi-document.js');
const document = execFileSync(process.execPath, [script], { maxBuffer: 64 * 1024 * 1024 });
mkdirSync(path.join(root, 'reports'), { recursive: true });
writeFileSync(path.join(root, 'reports/openapi.json'), document);

const require = createRequire(import.meta.url);
const redocly = path.join(path.dirname(require.resolve('@redocly/cli/package.json')), 'bin/cli.js');
const { status } = spawnSync(process.execPath, [redocly, 'lint', 'reports/openapi.json'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
});
process.exitCode = status ?? 1;
