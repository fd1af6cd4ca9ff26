import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasParentDeathSignal, withParentDeathSignal } from '../system/parent-death';
import type { Say } from '../system/run';
import { Backoff } from './backoff';

/** What it takes to run one program as a part of the whole. */
export interface PartSpec {
  name: string;
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Run as this user and group (only possible for root). */
  user?: number;
  /** Asks it to end in good order. */
  stopSignal: NodeJS.Signals;
  /** Milliseconds it may take for that; then it is killed. */
  stopTimeout: number;
  /** Where its output goes: ours, or kept back and shown only when it fails to start. */
  output: 'inherit' | 'capture';
  /** Made before every start, also before a restart. */
  prepare?: () => Promise<void>;
  /** Whether it serves by now. */
  isReady: () => Promise<boolean>;
}

const readyTimeout = 60_000;
const keptOutput = 4_000;

/** One child process that is started again when it dies, until it is stopped. */
export class Part {
  private child?: ChildProcess;
  private stopping = false;
  private started = false;
  private captured = '';
  private readonly backoff = new Backoff();

  /** Called whenever the process number changed. */
  onChange: () => void = () => undefined;

  constructor(
    readonly spec: PartSpec,
    private readonly say: Say,
  ) {}

  /** Process number while it runs. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /**
   * Starts the program and resolves when it serves.
   * @throws Error with the program's last output when it ends before that, or takes too long.
   */
  async start(): Promise<void> {
    await this.launch();
    const deadline = Date.now() + readyTimeout;
    while (!(await this.spec.isReady())) {
      if (!this.child) throw this.failure('ended while it started');
      if (Date.now() > deadline) throw this.failure('did not get ready');
      await sleep(25);
    }
    this.started = true;
    // It may have ended between the last look and now: then the first exit was not ours to restart.
    if (!this.child) this.restart();
  }

  /** Ends the program in good order; kills it when that takes too long. */
  async stop(): Promise<void> {
    this.stopping = true;
    const { child } = this;
    if (!child) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(this.spec.stopSignal);
    const timer = setTimeout(() => child.kill('SIGKILL'), this.spec.stopTimeout);
    await ended;
    clearTimeout(timer);
  }

  private async launch(): Promise<void> {
    await this.spec.prepare?.();
    if (this.stopping) return;
    const { command, args, env, cwd, user, stopSignal, output } = this.spec;
    const [program, programArgs, asUser] = hasParentDeathSignal()
      ? [...withParentDeathSignal(stopSignal, command, args, user), undefined]
      : [command, args, user];
    const child = spawn(program, programArgs, {
      env,
      cwd,
      uid: asUser,
      gid: asUser,
      // A group of its own: Ctrl-C reaches us alone, and we stop the parts in the right order.
      detached: true,
      // Standard input is a pipe that closes when we die, however we die.
      stdio: output === 'inherit' ? ['pipe', 'inherit', 'inherit'] : ['pipe', 'pipe', 'pipe'],
    });
    child.stdin?.on('error', () => undefined);
    this.captured = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => this.keep(data));
    this.child = child;
    this.backoff.started(Date.now());
    child.once('error', (error) => this.keep(Buffer.from(error.message)));
    child.once('exit', (code, signal) => this.ended(child, signal ?? `code ${code}${this.lastWords()}`));
    this.onChange();
  }

  private ended(child: ChildProcess, how: string): void {
    if (this.child === child) this.child = undefined;
    if (this.stopping || !this.started) return;
    this.say(`${this.spec.name} ended (${how})`);
    this.onChange();
    this.restart();
  }

  private restart(): void {
    const delay = this.backoff.next(Date.now());
    this.say(`${this.spec.name} is started again in ${delay / 1000} s`);
    void sleep(delay, undefined, { ref: true })
      .then(() => (this.stopping ? undefined : this.launch()))
      .catch((error: Error) => {
        this.say(`${this.spec.name}: ${error.message}`);
        if (!this.stopping) this.restart();
      });
  }

  private lastWords(): string {
    const line = this.captured.trim().split('\n').at(-1);
    return line ? `: ${line}` : '';
  }

  private keep(data: Buffer): void {
    this.captured = (this.captured + data.toString()).slice(-keptOutput);
  }

  private failure(what: string): Error {
    return new Error(`${this.spec.name} ${what}${this.captured ? `: ${this.captured.trim()}` : ''}`);
  }
}
