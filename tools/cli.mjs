/**
 * `npm run cli -- <command>`: see apps/cli. Without MONGODB_URI it uses the databases and secrets of a running `npm start`
 * with the same DATA_DIR.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { bootstrap, root } from './bootstrap.mjs';

/** `null` where the file is missing: whatever is unset then is reported by the command. */
function readJson(name) {
  try {
    return JSON.parse(readFileSync(path.resolve(root, process.env.DATA_DIR || '.data', name), 'utf8'));
  } catch {
    return null;
  }
}

await bootstrap((sentence) => console.error(`[cli] ${sentence}`));
if (!process.env.MONGODB_URI && process.env.NODE_ENV !== 'production') {
  const { mongodbUri, redisUrl } = readJson('embedded.json') ?? {};
  const found = { MONGODB_URI: mongodbUri, REDIS_URL: redisUrl, ...readJson('secrets.json') };
  for (const [name, value] of Object.entries(found)) if (value) process.env[name] ||= value;
}
createRequire(import.meta.url)(path.join(root, 'dist/apps/cli/src/main.js'));
