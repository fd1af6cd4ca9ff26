import path from 'node:path';
import { startDatabases } from './parts/databases';
import { Ensemble } from './parts/ensemble';
import { findAddress } from './supervisor/address';
import { apiPart } from './supervisor/api';
import { keptSecrets } from './supervisor/secrets';
import { seedOnce } from './supervisor/seed';
import { removeStateFile, writeStateFile } from './supervisor/state-file';

/** The programs that are started; tests put others in their place. */
interface Scripts {
  api: string;
  seed: string;
}

const api = path.resolve(__dirname, '../../../apps/api/src');
const say = (sentence: string): void => console.log(`[start] ${sentence}`);

/**
 * `npm start`: embedded databases as far as the environment names none, demonstration data, the API.
 * Keeps all of them running until SIGTERM or SIGINT.
 */
export async function start(
  scripts: Scripts = { api: `${api}/main.js`, seed: `${api}/seed.js` },
): Promise<void> {
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
  const address = await findAddress(process.env);
  const given = { mongodbUri: process.env['MONGODB_URI'], redisUrl: process.env['REDIS_URL'] };
  const databases = await startDatabases(given, dataDir, say, (part) => ensemble.add(part));
  const { mongodbUri, redisUrl } = databases;
  // With a database of their own, in production or shared by several processes, people choose the secrets.
  const forDevelopment = !given.mongodbUri && process.env['NODE_ENV'] !== 'production';
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
  const part = apiPart(scripts.api, address, env, say);
  ensemble.add(part);
  await part.start();
  const write = (): Promise<void> => writeStateFile(dataDir, { ...databases, api: part });
  ensemble.onChange = () => void write().catch((error: Error) => say(error.message));
  await write();
  return address.baseUrl;
}

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
  const [apiScript = '', seedScript = ''] = process.argv.slice(2);
  void start(apiScript ? { api: apiScript, seed: seedScript } : undefined);
}
