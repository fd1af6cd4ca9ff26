import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { startDatabases } from './parts/databases';
import { Ensemble } from './parts/ensemble';
import { findAddress, findWorkerAddress } from './supervisor/address';
import { platformPart } from './supervisor/platform-part';
import { keptSecrets } from './supervisor/secrets';
import { seedOnce } from './supervisor/seed';
import { removeStateFile, StateFile } from './supervisor/state-file';

/** The programs that are started; tests put others in their place. */
interface Scripts {
  settings: string;
  api: string;
  worker: string;
  seed: string;
}

const apps = path.resolve(__dirname, '../../../apps');
const SCRIPTS: Scripts = {
  settings: `${apps}/api/src/check-settings.js`,
  api: `${apps}/api/src/main.js`,
  worker: `${apps}/worker/src/main.js`,
  seed: `${apps}/api/src/seed.js`,
};
const say = (sentence: string): void => console.log(`[start] ${sentence}`);

/**
 * `npm start`: embedded databases as far as the environment names none, demonstration data, the API and the worker.
 * Keeps all of them running until SIGTERM or SIGINT.
 */
export async function start(scripts: Scripts = SCRIPTS): Promise<void> {
  let ensemble: Ensemble | undefined;
  let stopping: Promise<void> | undefined;
  const stop = (exitCode: number): Promise<void> => (stopping ??= shutDown(ensemble, exitCode));
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
  try {
    ensemble = await Ensemble.on(process.env['DATA_DIR'] || '.data', say);
    const baseUrl = await startAll(ensemble, scripts);
    if (!stopping) console.log(`ready ${baseUrl}`);
  } catch (error) {
    // While stopping, whatever was being started fails.
    if (!stopping) say((error as Error).message);
    await stop(1);
  }
}

async function startAll(ensemble: Ensemble, scripts: Scripts): Promise<string> {
  const { dataDir } = ensemble;
  await removeStateFile(dataDir);
  // With a database of their own, in production or shared by several processes, people choose the secrets.
  const forDevelopment = !process.env['MONGODB_URI'] && process.env['NODE_ENV'] !== 'production';
  checkSettings(scripts.settings, forDevelopment);
  const address = await findAddress(process.env);
  const { port, baseUrl } = await findWorkerAddress(process.env, address);
  const given = { mongodbUri: process.env['MONGODB_URI'], redisUrl: redisOf(process.env) };
  const databases = await startDatabases(given, { path: dataDir, durable: true }, say, (part) =>
    ensemble.add(part),
  );
  const { mongodbUri, redisUrl } = databases;
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...(forDevelopment ? withDefaults(await keptSecrets(dataDir)) : {}),
    HOST: address.host,
    PORT: `${address.port}`,
    DATA_DIR: dataDir,
    MONGODB_URI: mongodbUri,
    REDIS_URL: redisUrl,
  };
  if (forDevelopment) await seedOnce(scripts.seed, dataDir, { ...env, BASE_URL: address.baseUrl }, say);
  const api = platformPart('the API', scripts.api, address.baseUrl, env, say);
  const worker = platformPart('the worker', scripts.worker, baseUrl, { ...env, WORKER_PORT: `${port}` }, say);
  for (const part of [api, worker]) ensemble.add(part);
  await Promise.all([api.start(), worker.start()]);
  const stateFile = new StateFile(dataDir, { ...databases, api, worker });
  ensemble.onChange = () => void stateFile.write().catch((error: Error) => say(error.message));
  await stateFile.write();
  return address.baseUrl;
}

/**
 * All settings at once, before anything is started. What will be chosen here stands in for itself.
 * @throws Error that names every wrong one
 */
function checkSettings(script: string, forDevelopment: boolean): void {
  const chosen = {
    MONGODB_URI: 'mongodb://127.0.0.1',
    REDIS_URL: 'redis://127.0.0.1',
    ...(forDevelopment
      ? { JWT_SECRET: 'x'.repeat(32), ENCRYPTION_KEY: Buffer.alloc(32).toString('base64') }
      : {}),
  };
  const { status, stderr } = spawnSync(process.execPath, [script], {
    env: { ...process.env, ...withDefaults(chosen) },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr.trim());
}

/** Of a cluster its first node: it is there, and needs no Redis of ours. */
const redisOf = ({ REDIS_CLUSTER_NODES, REDIS_URL }: NodeJS.ProcessEnv): string | undefined =>
  REDIS_CLUSTER_NODES ? `redis://${REDIS_CLUSTER_NODES.split(',')[0]}` : REDIS_URL;

/** `defaults` as far as the environment does not set them. */
const withDefaults = (defaults: object): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, process.env[name] || (value as string)]),
  );

async function shutDown(ensemble: Ensemble | undefined, exitCode: number): Promise<void> {
  if (ensemble) {
    if (exitCode === 0) say('stopping ...');
    ensemble.onChange = () => undefined;
    await ensemble.stop();
    await removeStateFile(ensemble.dataDir);
  }
  process.exit(exitCode);
}

if (require.main === module) {
  const [api = '', worker = '', seed = '', settings = ''] = process.argv.slice(2);
  void start(api ? { api, worker, seed, settings } : undefined);
}
