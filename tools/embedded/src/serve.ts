/**
 * MongoDB and Redis alone, for tests. Prints one line of JSON when they serve: mongodbUri, redisUrl, pids.
 * Stops them when its standard input closes or on SIGTERM. DATA_DIR says where data lies.
 */
import { startDatabases } from './parts/databases';
import { Ensemble } from './parts/ensemble';

const say = (sentence: string): void => console.error(`[databases] ${sentence}`);

async function main(): Promise<void> {
  const ensemble = await Ensemble.on(process.env['DATA_DIR'] || '.data', say);
  let stopping: Promise<void> | undefined;
  const stop = (exitCode: number): void => {
    stopping ??= ensemble.stop().finally(() => process.exit(exitCode));
  };
  process.stdin
    .on('end', () => stop(0))
    .on('error', () => stop(0))
    .resume();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop(0));
  try {
    const databases = await startDatabases({}, ensemble.dataDir, say, (part) => ensemble.add(part));
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
