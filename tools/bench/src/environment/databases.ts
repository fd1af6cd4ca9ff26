import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { DIST } from './paths';

export interface Databases {
  mongodbUri: string;
  redisUrl: string;
  stop(): Promise<void>;
}

const firstLine = async (child: ChildProcess): Promise<{ mongodbUri: string; redisUrl: string }> => {
  if (child.stdout !== null) {
    for await (const line of createInterface({ input: child.stdout })) {
      return JSON.parse(line) as { mongodbUri: string; redisUrl: string };
    }
  }
  throw new Error('the databases did not start: see above');
};

/** MongoDB and Redis of this run's own: what is measured empties them. */
export const startDatabases = async (): Promise<Databases> => {
  const child = spawn(process.execPath, [path.join(DIST, 'tools/embedded/src/serve.js')], {
    env: { ...process.env, DATA_DIR: undefined, MONGODB_URI: undefined, REDIS_URL: undefined },
    // When we end, however that happens, its standard input closes and it stops.
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  try {
    return { ...(await firstLine(child)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
