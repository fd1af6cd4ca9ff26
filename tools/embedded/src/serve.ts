/**
 * MongoDB and Redis alone, for tests. Prints one line of JSON when they serve: mongodbUri, redisUrl, pids.
 * Stops them when its standard input closes or on SIGTERM. DATA_DIR says where data lies; without it,
 * in a temporary folder that is removed in the end. With --not-durable the disk is not waited for: a slow one
 * then doesn't hold up the tests.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startDatabases } from './parts/databases';
import { Ensemble } from './parts/ensemble';

const say = (sentence: string): void => console.error(`[databases] ${sentence}`);

async function main(): Promise<void> {
  const temporary = process.env['DATA_DIR']
    ? undefined
    : await mkdtemp(path.join(os.tmpdir(), 'financeops-test-'));
  const ensemble = await Ensemble.on(temporary ?? (process.env['DATA_DIR'] as string), say);
  let stopping: Promise<void> | undefined;
  const stop = (exitCode: number): void => {
    stopping ??= ensemble
      .stop()
      .then(() => (temporary ? rm(temporary, { recursive: true, force: true }) : undefined))
      .finally(() => process.exit(exitCode));
  };
  process.stdin
    .on('end', () => stop(0))
    .on('error', () => stop(0))
    .resume();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop(0));
  try {
    const data = { path: ensemble.dataDir, durable: !process.argv.includes('--not-durable') };
    const databases = await startDatabases({}, data, say, (part) => ensemble.add(part));
    const { mongodbUri, redisUrl, mongo, redis } = databases;
    const pids = { mongo: mongo.map(({ pid }) => pid), redis: redis[0]?.pid };
    console.log(JSON.stringify({ mongodbUri, redisUrl, pids }));
  } catch (error) {
    say((error as Error).message);
    stop(1);
  }
}

main().catch((error: Error) => {
  say(error.message);
  process.exit(1);
});
