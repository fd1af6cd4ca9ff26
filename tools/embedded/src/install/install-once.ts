import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { exists } from '../system/files';
import { lock } from '../system/exclusive-lock';
import { run, type Say } from '../system/run';

/**
 * The folder `destination`, filled by `fill` the first time. Two processes at once: one fills, the other waits.
 * The folder appears by a rename once it is whole, so an interrupted installation never counts; what it left is removed.
 */
export async function installOnce(
  destination: string,
  say: Say,
  fill: (workFolder: string) => Promise<string>,
): Promise<string> {
  if (await exists(destination)) return destination;
  const held = await lock(destination, () =>
    say(`waiting for another start that installs ${path.basename(destination)} ...`),
  );
  try {
    if (await exists(destination)) return destination;
    await removeLeftovers(destination);
    const work = await mkdtemp(`${destination}.part-`);
    try {
      const result = await fill(work);
      // Whatever the umask: the databases may run as another user.
      await run('chmod', ['-R', 'a+rX', result]);
      await rename(result, destination);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
    return destination;
  } finally {
    held.release();
  }
}

async function removeLeftovers(destination: string): Promise<void> {
  const parent = path.dirname(destination);
  for (const name of await readdir(parent)) {
    if (name.startsWith(`${path.basename(destination)}.part-`)) {
      await rm(path.join(parent, name), { recursive: true, force: true });
    }
  }
}
