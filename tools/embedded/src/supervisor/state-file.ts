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

/** Writes DATA_DIR/embedded.json; only its owner may read it, for an address may hold a password. */
export async function writeStateFile(dataDir: string, running: Running): Promise<void> {
  const { mongodbUri, redisUrl, api, worker, redis, mongo } = running;
  const pids = {
    api: api.pid ?? null,
    worker: worker.pid ?? null,
    redis: redis[0]?.pid ?? null,
    mongo: mongo.flatMap(({ pid }) => pid ?? []),
  };
  await writePrivateJson(fileOf(dataDir), { mongodbUri, redisUrl, pids });
}

export const removeStateFile = (dataDir: string): Promise<void> => rm(fileOf(dataDir), { force: true });
