import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { connect } from '../gateway/postgres';
import { isRoot } from '../install/cache-folder';
import type { Say } from '../system/run';
import type { DataFolder } from './data-folder';
import { Part } from './part';
import { createCluster } from './postgres-cluster';
import { postgresHome } from './postgres-home';
import { removeStaleLocks } from './postgres-locks';

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
  { path: dataDir, durable }: DataFolder,
  say: Say,
): Promise<EmbeddedPostgres> {
  const user = isRoot() ? nobody : undefined;
  const { home, socketFolder } = await postgresHome(dataDir, user);
  const data = path.join(home, 'data');
  const enginePart = (of: DataFolder): Promise<Part> =>
    preparePart({ programs, of, socketFolder, user }, say);
  await createCluster({ programs, data, user, say, enginePart });
  return { socketFolder, part: await enginePart({ path: data, durable }) };
}

interface Engine {
  programs: string;
  of: DataFolder;
  socketFolder: string;
  user: number | undefined;
}

async function preparePart(
  { programs, of: { path: data, durable }, socketFolder, user }: Engine,
  say: Say,
): Promise<Part> {
  const configuration = path.join(data, 'embedded.conf');
  await writeFile(configuration, settings(socketFolder, durable), { mode: 0o644 });
  return new Part(
    {
      name: 'the database engine',
      command: path.join(programs, 'postgres'),
      args: ['-D', data, '-c', `config_file=${configuration}`],
      cwd: data,
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
      user,
      stopSignal: 'SIGINT',
      stopTimeout: 15_000,
      output: 'capture',
      prepare: () => removeStaleLocks(data, socketFolder),
      isReady: () => isReady(socketFolder),
    },
    say,
  );
}

function settings(socketFolder: string, durable: boolean): string {
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
${durable ? '' : 'fsync = off\nfull_page_writes = off\n'}`;
}

/**
 * The gateway builds indexes at once. Of no use then are the engine's builders, for each of which a
 * process is started every two seconds.
 */
const prepareDatabase = `CREATE EXTENSION IF NOT EXISTS documentdb CASCADE;
  SELECT cron.unschedule(jobid) FROM cron.job WHERE jobname LIKE 'documentdb_index_build_task_%'`;

async function isReady(socketFolder: string): Promise<boolean> {
  const client = connect(socketFolder);
  try {
    await client.connect();
    await client.query(prepareDatabase);
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
