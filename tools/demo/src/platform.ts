import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

interface State {
  mongodbUri: string;
  pids: { api: number; worker: number };
}

/** A platform started for one measurement, with data of its own. */
export class Platform {
  private constructor(
    readonly dataDir: string,
    private readonly child: ChildProcess,
  ) {}

  /** `startScript`: what `npm start` runs. @throws Error when it ends before it serves */
  static async start(startScript: string, env: NodeJS.ProcessEnv): Promise<Platform> {
    const dataDir = await mkdtemp(path.join(os.tmpdir(), 'financeops-bench-'));
    const child = spawn(process.execPath, [startScript], {
      env: { ...process.env, PORT: '0', LOG_LEVEL: 'warn', ...env, DATA_DIR: dataDir },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const platform = new Platform(dataDir, child);
    for await (const line of createInterface({ input: child.stdout! })) {
      if (line.startsWith('ready ')) {
        child.stdout!.resume();
        return platform;
      }
    }
    await platform.stop();
    throw new Error('the platform did not start: run npm start to see why');
  }

  async state(): Promise<State> {
    return JSON.parse(await readFile(path.join(this.dataDir, 'embedded.json'), 'utf8')) as State;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const ended = new Promise((resolve) => this.child.once('exit', resolve));
      this.child.kill('SIGTERM');
      await ended;
    }
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

/** MiB that a process has held at most (Linux); null where that can't be told. */
export const peakMemory = async (pid: number): Promise<number | null> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kib = /^VmHWM:\s+(\d+)/m.exec(status)?.[1];
  return kib === undefined ? null : Math.round(Number(kib) / 1_024);
};
