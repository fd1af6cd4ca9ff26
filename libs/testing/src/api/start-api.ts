import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ApiProcess } from './api-process';
import { readDemoCredentials } from './demo-credentials';
import { freePort } from './free-port';
import { OwnDatabases, type Backend } from './own-databases';
import { RunningApi } from './running-api';

/** Milliseconds that a suite's `beforeAll` may take with it, on a machine that has much else to do. */
export const START_TIMEOUT_MS = 240_000;

export interface StartOptions {
  /** Settings beside or instead of the usual ones. */
  env?: Record<string, string>;
  /** What it is to reach through a proxy that fails on demand (`api.databases.proxy`). */
  faulty?: readonly Backend[];
  /** A second process of the same platform: its databases, secrets and credentials. Stop it before the first. */
  sameAs?: RunningApi;
}

/** Alike in all processes of a platform. */
const secrets = () => ({
  JWT_SECRET: randomBytes(48).toString('base64url'),
  ENCRYPTION_KEY: randomBytes(32).toString('base64'),
});

const usual = (port: number, dataDir: string): Record<string, string> => ({
  NODE_ENV: 'test',
  HOST: '127.0.0.1',
  PORT: String(port),
  DATA_DIR: dataDir,
  LOG_LEVEL: 'info',
  // Every test comes from one address: out of the way, unless a suite is about it.
  ANONYMOUS_REQUESTS_PER_MINUTE: '1000000',
  // A machine that runs databases, API and tests at once is slow, which isn't an outage.
  REDIS_TIMEOUT_MS: '2000',
});

const temporaryFolder = () => mkdtemp(path.join(os.tmpdir(), 'financeops-e2e-'));

const seed = async (env: Record<string, string>): Promise<void> => {
  const seeding = ApiProcess.run('api/src/seed.js', env);
  if ((await seeding.exit) !== 0) throw new Error(`seeding failed:\n${seeding.output}`);
};

const serve = async (api: RunningApi): Promise<RunningApi> => {
  try {
    await api.ready();
    return api;
  } catch (error) {
    await api.stop();
    throw error;
  }
};

const secondOf = async (first: RunningApi, env: Record<string, string>): Promise<RunningApi> => {
  const port = await freePort();
  return serve(
    new RunningApi(
      port,
      { ...first.env, PORT: String(port), ...env },
      first.credentials,
      first.databases,
      () => Promise.resolve(),
    ),
  );
};

/**
 * The compiled API on a free port, with databases of its own and the three demo tenants in them. Resolves when it is
 * ready; `stop()` removes everything.
 */
export const startApi = async ({ env = {}, faulty = [], sameAs }: StartOptions = {}): Promise<RunningApi> => {
  if (sameAs !== undefined) return secondOf(sameAs, env);
  const [databases, dataDir, port] = await Promise.all([
    OwnDatabases.create(faulty),
    temporaryFolder(),
    freePort(),
  ]);
  const cleanUp = async (): Promise<void> => {
    await databases.drop();
    await rm(dataDir, { recursive: true, force: true });
  };
  const settings = { ...usual(port, dataDir), ...secrets(), ...env };
  try {
    await seed({ ...settings, ...databases.env('proxies'), BASE_URL: `http://127.0.0.1:${port}` });
  } catch (error) {
    await cleanUp();
    throw error;
  }
  const api = new RunningApi(
    port,
    { ...settings, ...databases.env('nothing') },
    readDemoCredentials(dataDir),
    databases,
    cleanUp,
  );
  return serve(api);
};
