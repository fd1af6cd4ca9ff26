import { mkdir } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { isRoot } from '../install/cache-folder';
import { installRedis } from '../install/redis';
import { findOnPath } from '../system/find-on-path';
import { freePort } from '../system/ports';
import type { Say } from '../system/run';
import type { DataFolder } from './data-folder';
import { Part } from './part';

/** A private Redis on a free loopback port, its data below the data folder. */
export interface EmbeddedRedis {
  url: string;
  parts: Part[];
}

/** @throws Error saying what to set when no redis-server can be had. */
export async function embeddedRedis(data: DataFolder, say: Say): Promise<EmbeddedRedis> {
  const program = (await findOnPath('redis-server')) ?? (await installRedis(say).catch(explain));
  const folder = path.join(data.path, 'redis');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const port = await freePort();
  const settings: Record<string, string> = {
    port: `${port}`,
    bind: '127.0.0.1',
    dir: folder,
    daemonize: 'no',
    appendonly: 'yes',
    appendfsync: data.durable ? 'everysec' : 'no',
    // The append-only file alone holds the data.
    save: '',
    // A file cut short by a kill -9 is read up to the cut.
    'aof-load-truncated': 'yes',
    logfile: path.join(folder, 'redis.log'),
  };
  const part = new Part(
    {
      name: 'Redis',
      command: program,
      args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
      cwd: folder,
      env: { ...process.env, LC_ALL: 'C' },
      stopSignal: 'SIGTERM',
      stopTimeout: 10_000,
      output: 'capture',
      isReady: () => answers(port),
    },
    say,
  );
  return { url: `redis://127.0.0.1:${port}`, parts: [part] };
}

function explain(error: Error): never {
  throw new Error(
    `no Redis can be had: set REDIS_URL, or put redis-server on PATH${isRoot() ? ' (apt-get install redis-server)' : ''}; ${error.message}`,
  );
}

/** While it still reads its file, Redis accepts connections but refuses commands. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.setTimeout(2_000, () => socket.destroy());
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().startsWith('+PONG'));
    });
    socket.once('error', () => resolve(false)).once('close', () => resolve(false));
  });
}
