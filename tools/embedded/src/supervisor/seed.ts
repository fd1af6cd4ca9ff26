import { spawn } from 'node:child_process';
import path from 'node:path';
import { exists } from '../system/files';
import { hasParentDeathSignal, withParentDeathSignal } from '../system/parent-death';
import type { Say } from '../system/run';

/**
 * Fills an empty database with the demonstration tenants, once: their credentials' file tells that it was done.
 * @throws Error when the script fails; it is idempotent, so that the next start tries again
 */
export async function seedOnce(
  script: string,
  dataDir: string,
  env: NodeJS.ProcessEnv,
  say: Say,
): Promise<void> {
  if (await exists(path.join(dataDir, 'demo-credentials.json'))) return;
  say('creating the demonstration tenants ...');
  const [program, args] = hasParentDeathSignal()
    ? withParentDeathSignal('SIGTERM', process.execPath, [script])
    : [process.execPath, [script]];
  const child = spawn(program, args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
  const how = await new Promise<string | number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal ?? code));
  });
  if (how !== 0) throw new Error(`creating the demonstration tenants failed (${how})`);
}
