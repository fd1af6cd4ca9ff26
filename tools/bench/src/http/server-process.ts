import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync } from 'node:fs';
import { get } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port';

const PROBE = path.join(__dirname, 'cpu-probe.js');
const READY_WITHIN_MS = 60_000;

/** How a server is started: a compiled module that listens on PORT of 127.0.0.1. */
export interface ServerPlan {
  name: string;
  module: string;
  env: Record<string, string>;
  /** More arguments of node's own. */
  nodeArgs?: string[];
}

/** A server under measurement, known by its own pid. What it writes to standard output goes nowhere. */
export class ServerProcess {
  private constructor(
    readonly name: string,
    readonly port: number,
    private readonly child: ChildProcess,
  ) {}

  /** Resolves when `path` is answered with 200. @throws Error when that takes too long or the process ends. */
  static async start(plan: ServerPlan, probe: { path: string; headers: Record<string, string> }) {
    const port = await freePort();
    const nowhere = openSync('/dev/null', 'w');
    const child = fork(plan.module, {
      execArgv: ['--require', PROBE, ...(plan.nodeArgs ?? [])],
      env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...plan.env, PORT: String(port) },
      stdio: ['ignore', nowhere, 'inherit', 'ipc'],
    });
    closeSync(nowhere);
    const server = new ServerProcess(plan.name, port, child);
    const deadline = performance.now() + READY_WITHIN_MS;
    while (!(await answers(port, probe))) {
      if (child.exitCode !== null || performance.now() > deadline) {
        await server.stop();
        throw new Error(`${plan.name} did not come up`);
      }
      await sleep(50);
    }
    return server;
  }

  /** Microseconds of CPU, user and system, that it has used up to now. */
  async cpu(): Promise<number> {
    this.child.send('cpu');
    const [{ user, system }] = (await once(this.child, 'message')) as [NodeJS.CpuUsage];
    return user + system;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const force = setTimeout(() => this.child.kill('SIGKILL'), 12_000);
    await ended;
    clearTimeout(force);
  }
}

const answers = (port: number, probe: { path: string; headers: Record<string, string> }): Promise<boolean> =>
  new Promise((resolve) => {
    const asked = get({ port, host: '127.0.0.1', agent: false, timeout: 5_000, ...probe });
    asked.on('response', (reply) => reply.resume().once('end', () => resolve(reply.statusCode === 200)));
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
  });
