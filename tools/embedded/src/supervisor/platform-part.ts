import { Part } from '../parts/part';
import type { Say } from '../system/run';

/** A process of the platform ends in good order within 10 s of being asked to. */
const stopTimeout = 11_000;

/** As in the Dockerfile: room for what a request leaves behind makes collections fewer and cheaper. */
const nodeFlags = ['--max-semi-space-size=32'];

/** A process of the platform (API, worker) as a part; it serves when it says at `baseUrl` that it is ready. */
export function platformPart(
  name: string,
  script: string,
  baseUrl: string,
  env: NodeJS.ProcessEnv,
  say: Say,
): Part {
  return new Part(
    {
      name,
      command: process.execPath,
      args: [...nodeFlags, script],
      env,
      stopSignal: 'SIGTERM',
      stopTimeout,
      output: 'inherit',
      isReady: () => isReady(`${baseUrl}/health/ready`),
    },
    say,
  );
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}
