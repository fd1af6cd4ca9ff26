import { readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { identify, isRunning } from '../system/process-identity';

/**
 * PostgreSQL's lock files block a start when any process has their number: also a zombie, or a stranger
 * after a reboot. Removed unless a living process works in the data folder.
 */
export async function removeStaleLocks(data: string, socketFolder: string): Promise<void> {
  const file = path.join(data, 'postmaster.pid');
  const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0]);
  if (pid && isRunning(identify(pid)) && (await worksIn(pid, data))) return;
  for (const name of [file, path.join(socketFolder, '.s.PGSQL.5432.lock')]) await rm(name, { force: true });
}

async function worksIn(pid: number, folder: string): Promise<boolean> {
  const [its, ours] = [await stat(`/proc/${pid}/cwd`).catch(() => undefined), await stat(folder)];
  return its?.ino === ours.ino && its.dev === ours.dev;
}
