import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readJson, writePrivateJson } from '../system/files';
import { identify, isRunning, type ProcessIdentity } from '../system/process-identity';
import type { Say } from '../system/run';
import type { Part } from './part';

interface Leftover extends ProcessIdentity {
  name: string;
  stopSignal: NodeJS.Signals;
  stopTimeout: number;
}

const fileName = 'parts.json';

/** Notes which processes run on this DATA_DIR, for the next start. */
export async function recordParts(dataDir: string, parts: Part[]): Promise<void> {
  const running = parts.flatMap(({ pid, spec: { name, stopSignal, stopTimeout } }): Leftover[] =>
    pid === undefined ? [] : [{ ...identify(pid), name, stopSignal, stopTimeout }],
  );
  await writePrivateJson(path.join(dataDir, fileName), running);
}

/** Stops what an earlier start on this DATA_DIR left running, e.g. when it was killed. */
export async function stopLeftovers(dataDir: string, say: Say): Promise<void> {
  const recorded = (await readJson<Leftover[]>(path.join(dataDir, fileName))) ?? [];
  for (const leftover of recorded.reverse().filter(isRunning)) {
    say(`stopping ${leftover.name}, left from an earlier start`);
    process.kill(leftover.pid, leftover.stopSignal);
    const deadline = Date.now() + leftover.stopTimeout;
    while (isRunning(leftover) && Date.now() < deadline) await sleep(50);
    if (isRunning(leftover)) process.kill(leftover.pid, 'SIGKILL');
    while (isRunning(leftover)) await sleep(50);
  }
}
