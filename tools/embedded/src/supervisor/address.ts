import { freePort, isPortFree } from '../system/ports';

/** Where a process listens, and how it is reached. */
export interface Address {
  host: string;
  port: number;
  baseUrl: string;
}

/**
 * HOST and PORT of the environment; PORT=0 finds a free one, which then stays.
 * @throws Error when PORT is no port, or taken
 */
export async function findAddress(env: NodeJS.ProcessEnv): Promise<Address> {
  const host = env['HOST'] || '127.0.0.1';
  const port = await findPort('PORT', env['PORT'] || '3000', host);
  return { host, port, baseUrl: `http://${reachable(host)}:${port}` };
}

async function findPort(name: string, wanted: string, host: string): Promise<number> {
  if (!/^\d{1,5}$/.test(wanted) || Number(wanted) > 65_535) {
    throw new Error(`${name} must be a number from 0 to 65535, not ${wanted}`);
  }
  const port = Number(wanted) || (await freePort(host));
  if (await isPortFree(port, host)) return port;
  throw new Error(`port ${port} of ${host} is taken: set ${name} to another, or ${name}=0 for any free one`);
}

/**
 * Where the worker tells its health: WORKER_PORT, or else any free port but the API's, which then stays. Whoever else
 * listened there would pass for a worker that serves.
 * @throws Error when WORKER_PORT is no port, or taken
 */
export async function findWorkerAddress(
  env: NodeJS.ProcessEnv,
  { host, port: api }: Address,
): Promise<Address> {
  const wanted = env['WORKER_PORT'] || '0';
  let port = await findPort('WORKER_PORT', wanted, host);
  while (port === api && Number(wanted) === 0) port = await freePort(host);
  if (port === api) throw new Error(`WORKER_PORT is the API's port, ${port}: set it to another`);
  return { host, port, baseUrl: `http://${reachable(host)}:${port}` };
}

/** A host that listens everywhere is reached on loopback; an IPv6 address stands in brackets. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
