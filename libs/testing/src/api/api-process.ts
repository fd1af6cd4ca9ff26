import { spawn, type ChildProcess } from 'node:child_process';
import { get } from 'node:http';
import path from 'node:path';
import { until } from './until';

const root = path.resolve(__dirname, '../../../..');

/** Programs of the platform, below `dist/apps`. */
type Script = 'api/src/main.js' | 'api/src/seed.js' | 'worker/src/main.js';

/** A process of the compiled platform, known by its own pid. */
export class ApiProcess {
  private readonly written: string[] = [];
  private readonly ended: Promise<number | null>;

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.written.push(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.written.push(text));
    this.ended = new Promise((resolve) => child.once('exit', resolve));
  }

  /** Nothing of this process's environment but the PATH reaches it. */
  static run(script: Script, env: Record<string, string>): ApiProcess {
    return new ApiProcess(
      spawn(process.execPath, [path.join(root, 'dist/apps', script)], {
        cwd: root,
        env: { PATH: process.env['PATH'], ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  /** Everything that it wrote, to standard output and standard error. */
  get output(): string {
    return this.written.join('');
  }

  /** Exit code; `null` when a signal ended it. */
  get exit(): Promise<number | null> {
    return this.ended;
  }

  /** @throws Error with the process's output when it ends before, or isn't ready in time */
  async ready(port: number): Promise<void> {
    try {
      await until('it to be ready', async () => this.hasEnded || (await isReady(port)), {
        withinMs: 100_000,
        everyMs: 50,
      });
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${this.output}`);
    }
    if (this.hasEnded) throw new Error(`it ended before it was ready:\n${this.output}`);
  }

  signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.child.kill(signal);
  }

  /** In good order, or after 15 s by force. */
  async stop(): Promise<number | null> {
    this.signal('SIGTERM');
    const force = setTimeout(() => this.signal('SIGKILL'), 15_000);
    const code = await this.ended;
    clearTimeout(force);
    return code;
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}

const isReady = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const asked = get({ port, host: '127.0.0.1', path: '/health/ready', agent: false, timeout: 2_000 });
    asked.on('response', (reply) => reply.resume().once('end', () => resolve(reply.statusCode === 200)));
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
  });
