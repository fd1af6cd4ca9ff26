import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../api/free-port';
import { until } from '../api/until';

/** How the tests' own Redis was started, without its settings; without one on this machine, by its usual name. */
const program = async (): Promise<string[]> => {
  const redis = new Redis(process.env['TEST_REDIS_URL']!, {
    maxRetriesPerRequest: 1,
    disconnectTimeout: 100,
  });
  try {
    const pid = /^process_id:(\d+)/m.exec(await redis.info('server'))?.[1];
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
    const settings = words.indexOf('--port');
    if (settings > 0) return words.slice(0, settings);
    // A redis-server that renames its process: "/usr/bin/redis-server 127.0.0.1:6379", in one word.
    return [words[0]?.split(' ', 1)[0] || 'redis-server'];
  } catch {
    return ['redis-server'];
  } finally {
    redis.disconnect();
  }
};

/** A Redis of a test's own, to be broken in ways that nobody else should notice. Keeps nothing on disk. */
export class RedisServer {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly command: string[],
    readonly port: number,
    private readonly folder: string,
    private readonly settings: string[],
  ) {}

  /** @param settings as on redis-server's command line */
  static async start(settings: readonly string[] = []): Promise<RedisServer> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'financeops-redis-'));
    const server = new RedisServer(await program(), await freePort(), folder, [...settings]);
    await server.run();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it again, empty, after it was killed. */
  async run(): Promise<void> {
    const settings = ['--port', `${this.port}`, '--bind', '127.0.0.1', '--dir', this.folder, '--save', ''];
    const [program, ...args] = [...this.command, ...settings, ...this.settings];
    this.child = spawn(program!, args, { stdio: 'ignore' });
    this.child.on('error', () => undefined);
    await until('Redis to answer', () =>
      this.ask('ping')
        .then((reply) => reply === 'PONG')
        .catch(() => false),
    );
  }

  /** One command, on a connection of its own. */
  async ask(command: string, ...args: string[]): Promise<unknown> {
    const redis = new Redis(this.port, '127.0.0.1', {
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
      disconnectTimeout: 100,
      // A server that loads its data is asked all the same.
      enableReadyCheck: false,
    });
    redis.on('error', () => undefined);
    try {
      return await redis.call(command, ...args);
    } finally {
      redis.disconnect();
    }
  }

  /** Ends it without a warning. */
  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /** Stops it for good. */
  async stop(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}
