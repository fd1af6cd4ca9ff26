import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** The project's folder, of this file itself or compiled, in dist/. */
const root = path.resolve(
  __dirname,
  __dirname.includes(`${path.sep}dist${path.sep}`) ? '../../../../..' : '../../../..',
);

/** MongoDB and Redis for one run of the tests, in a child process. */
export interface TestDatabases {
  mongodbUri: string;
  redisUrl: string;
  stop(): Promise<void>;
}

/** Starts them; their progress goes to standard error. */
export async function startTestDatabases(): Promise<TestDatabases> {
  const child = spawn(
    process.execPath,
    [path.join(root, 'dist/tools/embedded/src/serve.js'), '--not-durable'],
    {
      // Without DATA_DIR it uses a temporary folder, which it removes.
      env: { ...process.env, DATA_DIR: undefined, MONGODB_URI: undefined, REDIS_URL: undefined },
      // When we end, however that happens, its standard input closes and it stops.
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
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
}

/** Compiles everything; what does not compile is reported, and the tests that need it fail by themselves. */
export function compile(): void {
  const { status, stderr } = spawnSync(process.execPath, [path.join(root, 'tools/build.mjs')], {
    encoding: 'utf8',
  });
  if (status !== 0) console.error(stderr);
}

async function firstLine(child: ChildProcess): Promise<Pick<TestDatabases, 'mongodbUri' | 'redisUrl'>> {
  if (child.stdout) {
    for await (const line of createInterface({ input: child.stdout })) {
      return JSON.parse(line) as Pick<TestDatabases, 'mongodbUri' | 'redisUrl'>;
    }
  }
  throw new Error('the test databases did not start: see above');
}
