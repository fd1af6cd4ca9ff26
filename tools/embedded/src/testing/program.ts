import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isRunning } from '../system/process-identity';

const compiled = path.resolve(__dirname, '../../../../dist/tools/embedded/src');

/** A started `serve` or `start`, with what it printed. */
export class Program {
  readonly lines: string[] = [];
  readonly exitCode: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(name: 'serve' | 'start', env: NodeJS.ProcessEnv, args: string[] = []) {
    const inherited = { ...process.env, NODE_ENV: undefined, MONGODB_URI: undefined, REDIS_URL: undefined };
    this.child = spawn(process.execPath, [path.join(compiled, `${name}.js`), ...args], {
      env: { ...inherited, JWT_SECRET: undefined, ENCRYPTION_KEY: undefined, ...env },
      stdio: 'pipe',
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.lines.push(line));
    }
    this.exitCode = new Promise((resolve) => this.child.once('close', resolve));
  }

  /** The first line that matches; fails when the program ends without one. */
  async line(pattern: RegExp): Promise<string> {
    const ended = this.exitCode.then(() => true);
    for (;;) {
      const found = this.lines.find((line) => pattern.test(line));
      if (found) return found;
      if (await Promise.race([ended, sleep(20)]))
        throw new Error(`no ${pattern} in:\n${this.lines.join('\n')}`);
    }
  }

  async ready(): Promise<Served> {
    return JSON.parse(await this.line(/^\{/)) as Served;
  }

  closeInput(): void {
    this.child.stdin?.end();
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

/** What `serve` prints. */
export interface Served {
  mongodbUri: string;
  redisUrl: string;
  pids: { mongo: number[]; redis: number };
}

/** Waits until none of these processes runs any more. */
export async function gone(pids: number[]): Promise<void> {
  for (const identity of pids.map(identify)) while (isRunning(identity)) await sleep(20);
}

/** Waits until `condition` holds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(50);
}
