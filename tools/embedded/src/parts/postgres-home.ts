import { createHash, randomUUID } from 'node:crypto';
import { chmod, chown, lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { exists, impassableFolder, makePassableFolder } from '../system/files';

/** Where PostgreSQL keeps its things. */
export interface PostgresHome {
  home: string;
  /** Short enough for a socket's address (107 bytes). */
  socketFolder: string;
}

/** Used only when root starts us below a folder that nobody else may pass, e.g. root's home. */
const elsewhere = '/var/lib/financeops-platform';
const longestSocketFolder = 90;

/** @param user whom PostgreSQL runs as, when that is not us */
export async function postgresHome(dataDir: string, user: number | undefined): Promise<PostgresHome> {
  const home = await findHome(dataDir, user);
  const inHome = path.join(home, 'socket');
  const socketFolder = inHome.length <= longestSocketFolder ? inHome : shortSocketFolder(home);
  await mkdir(socketFolder, { recursive: true, mode: 0o700 });
  const { uid } = await lstat(socketFolder);
  if (uid !== process.getuid?.() && uid !== user) throw new Error(`${socketFolder} belongs to another user`);
  await chmod(socketFolder, 0o700);
  if (user !== undefined) await chown(socketFolder, user, user);
  return { home, socketFolder };
}

async function findHome(dataDir: string, user: number | undefined): Promise<string> {
  const usual = path.join(dataDir, 'postgres');
  if (user === undefined || !(await impassableFolder(dataDir))) {
    await makePassableFolder(usual);
    return usual;
  }
  return homeElsewhere(dataDir);
}

/**
 * A folder outside DATA_DIR that DATA_DIR names in a file. Each such folder names its DATA_DIR in turn:
 * when that has been deleted, so is the folder at the next start.
 */
async function homeElsewhere(dataDir: string): Promise<string> {
  await makePassableFolder(elsewhere);
  const pointer = path.join(dataDir, 'postgres-location');
  for (const id of await readdir(elsewhere)) {
    const owner = (await readFile(path.join(elsewhere, id, 'data-dir'), 'utf8').catch(() => '')).trim();
    const named = (await readFile(path.join(owner, 'postgres-location'), 'utf8').catch(() => '')).trim();
    if (owner && named !== path.join(elsewhere, id))
      await rm(path.join(elsewhere, id), { recursive: true, force: true });
  }
  const known = (await readFile(pointer, 'utf8').catch(() => '')).trim();
  if (known && (await exists(known))) return known;
  const home = path.join(elsewhere, randomUUID());
  await writeFile(pointer, `${home}\n`);
  await makePassableFolder(home);
  await writeFile(path.join(home, 'data-dir'), `${dataDir}\n`);
  return home;
}

function shortSocketFolder(home: string): string {
  return `/tmp/financeops-${createHash('sha256').update(home).digest('hex').slice(0, 16)}`;
}
