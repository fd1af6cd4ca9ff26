import os from 'node:os';
import path from 'node:path';
import { makePassableFolder } from '../system/files';

/**
 * Where downloads are kept between starts, outside DATA_DIR. For root it is not below the home folder:
 * PostgreSQL refuses to run as root, and another user cannot pass through root's home.
 */
export async function cacheFolder(): Promise<string> {
  const base = isRoot() ? '/var/cache' : process.env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache');
  const folder = path.join(base, 'financeops-platform');
  await makePassableFolder(folder);
  return folder;
}

export const isRoot = (): boolean => process.getuid?.() === 0;
