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
  const wanted = env['PORT'] || '3000';
  if (!/^\d{1,5}$/.test(wanted) || Number(wanted) > 65_535) {
    throw new Error(`PORT must be a number from 0 to 65535, not ${wanted}`);
  }
  const port = Number(wanted) || (await freePort(host));
  if (!(await isPortFree(port, host))) {
    throw new Error(`port ${port} of ${host} is taken: set PORT to another, or PORT=0 for any free one`);
  }
  return { host, port, baseUrl: `http://${reachable(host)}:${port}` };
}

/** Where the worker tells its health: WORKER_PORT, or else any free port, which then stays. */
export async function findWorkerAddress(env: NodeJS.ProcessEnv, host: string): Promise<Address> {
  const port = Number(env['WORKER_PORT']) || (await freePort(host));
  return { host, port, baseUrl: `http://${reachable(host)}:${port}` };
}

/** A host that listens everywhere is reached on loopback; an IPv6 address stands in brackets. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
