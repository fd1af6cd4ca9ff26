import { rm } from 'node:fs/promises';
import path from 'node:path';
import { writePrivateJson } from '../system/files';
import type { Part } from '../parts/part';

/** What runs, for tools beside the platform: `embedded.json`. */
export interface Running {
  mongodbUri: string;
  redisUrl: string;
  api: Part;
  worker: Part;
  redis: Part[];
  mongo: Part[];
}

const fileOf = (dataDir: string): string => path.join(dataDir, 'embedded.json');

/** DATA_DIR/embedded.json; only its owner may read it, for an address may hold a password. */
export class StateFile {
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly dataDir: string,
    private readonly running: Running,
  ) {}

  /** Writes down what runs now. One after the other: parts that die together would overtake each other, the last word lost. */
  write(): Promise<void> {
    this.writing = this.writing.catch(() => undefined).then(() => this.writeNow());
    return this.writing;
  }

  private writeNow(): Promise<void> {
    const { mongodbUri, redisUrl, api, worker, redis, mongo } = this.running;
    const pids = {
      api: api.pid ?? null,
      worker: worker.pid ?? null,
      redis: redis[0]?.pid ?? null,
      mongo: mongo.flatMap(({ pid }) => pid ?? []),
    };
    return writePrivateJson(fileOf(this.dataDir), { mongodbUri, redisUrl, pids });
  }
}

export const removeStateFile = (dataDir: string): Promise<void> => rm(fileOf(dataDir), { force: true });
