import { chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isRoot } from '../install/cache-folder';
import { exists } from '../system/files';
import { identify, isRunning } from '../system/process-identity';
import { run, type Say } from '../system/run';
import { Part } from './part';
import { connect } from '../gateway/postgres';
import { postgresHome } from './postgres-home';

/** PostgreSQL refuses to run as root: then it is `nobody`, whom every Debian has. */
const nobody = 65_534;

/** PostgreSQL with DocumentDB, reachable through a socket in a folder that only its user (and root) may enter. */
export interface EmbeddedPostgres {
  socketFolder: string;
  part: Part;
}

/** @param programs the folder of postgres and initdb */
export async function embeddedPostgres(
  programs: string,
  dataDir: string,
  say: Say,
): Promise<EmbeddedPostgres> {
  const user = isRoot() ? nobody : undefined;
  const { home, socketFolder } = await postgresHome(dataDir, user);
  const data = path.join(home, 'data');
  await initialise(programs, data, user, say);
  await writeFile(path.join(data, 'embedded.conf'), settings(socketFolder));
  const part = new Part(
    {
      name: 'the database engine',
      command: path.join(programs, 'postgres'),
      args: ['-D', data, '-c', `config_file=${path.join(data, 'embedded.conf')}`],
      cwd: data,
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
      user,
      stopSignal: 'SIGINT',
      stopTimeout: 15_000,
      output: 'capture',
      prepare: () => removeStalePidFile(data),
      isReady: () => isReady(socketFolder),
    },
    say,
  );
  return { socketFolder, part };
}

/** Creates the database cluster unless it is there; a creation that was interrupted is begun anew. */
async function initialise(programs: string, data: string, user: number | undefined, say: Say): Promise<void> {
  const complete = path.join(data, '.complete');
  if (await exists(complete)) return;
  say('creating the database ...');
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { mode: 0o700 });
  if (user !== undefined) await chown(data, user, user);
  const args = [
    '-D',
    data,
    '-U',
    'postgres',
    '--locale=C',
    '-E',
    'UTF8',
    '-A',
    'trust',
    '--no-sync',
    '--no-instructions',
  ];
  await run(path.join(programs, 'initdb'), args, {
    uid: user,
    gid: user,
    cwd: data,
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  });
  await writeFile(complete, '');
}

function settings(socketFolder: string): string {
  return `include 'postgresql.conf'
shared_preload_libraries = 'pg_cron, pg_documentdb_core, pg_documentdb'
cron.database_name = 'postgres'
cron.use_background_workers = on
cron.host = '${socketFolder}'
listen_addresses = ''
unix_socket_directories = '${socketFolder}'
unix_socket_permissions = 0700
max_connections = 120
deadlock_timeout = '50ms'
jit = off
shared_buffers = 64MB
documentdb.localhost_connection_string = 'host=${socketFolder}'
documentdb_core.enableCollation = on
documentdb.useFileBasedPersistedCursors = on
# As long as the gateway remembers a cursor; the default is a minute.
documentdb.defaultCursorExpiryTimeLimitSeconds = 600
log_min_messages = fatal
`;
}

/** The file blocks a start when any process has its number: also a zombie, or a stranger after a reboot. */
async function removeStalePidFile(data: string): Promise<void> {
  const file = path.join(data, 'postmaster.pid');
  const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0]);
  if (!pid) return;
  const folder = await stat(`/proc/${pid}/cwd`).catch(() => undefined);
  const ours = await stat(data);
  if (isRunning(identify(pid)) && folder?.ino === ours.ino && folder.dev === ours.dev) return;
  await rm(file, { force: true });
}

async function isReady(socketFolder: string): Promise<boolean> {
  const client = connect(socketFolder);
  try {
    await client.connect();
    await client.query('create extension if not exists documentdb cascade');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
