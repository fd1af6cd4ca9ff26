import { recordParts, stopLeftovers } from './leftovers';
import type { Part } from './part';
import { tryLock, type ExclusiveLock } from '../system/exclusive-lock';
import { makePassableFolder } from '../system/files';
import type { Say } from '../system/run';
import { realpath } from 'node:fs/promises';

/** All parts that run on one DATA_DIR: one process at a time owns it. */
export class Ensemble {
  private readonly parts: Part[] = [];
  private recording: Promise<void> = Promise.resolve();
  /** Called whenever a part's process number changed. */
  onChange: () => void = () => undefined;

  private constructor(
    readonly dataDir: string,
    private readonly lock: ExclusiveLock,
  ) {}

  /**
   * Takes possession of DATA_DIR and stops what an earlier owner left running.
   * @throws Error when another process owns it
   */
  static async on(dataDir: string, say: Say): Promise<Ensemble> {
    await makePassableFolder(dataDir);
    const folder = await realpath(dataDir);
    const lock = await tryLock(`data ${folder}`);
    if (!lock)
      throw new Error(`another start is running on DATA_DIR ${folder}: stop it, or set another DATA_DIR`);
    await stopLeftovers(folder, say);
    return new Ensemble(folder, lock);
  }

  add(part: Part): void {
    this.parts.push(part);
    part.onChange = () => {
      this.record();
      this.onChange();
    };
  }

  /** Stops all parts, the last one started first: what stands on others goes before them. */
  async stop(): Promise<void> {
    for (const part of [...this.parts].reverse()) await part.stop();
    await this.recording;
    this.lock.release();
  }

  private record(): void {
    const write = (): Promise<void> => recordParts(this.dataDir, this.parts);
    this.recording = this.recording.then(write).catch(() => undefined);
  }
}
