import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A lock that the operating system drops when its holder dies, however it dies. */
export interface ExclusiveLock {
  release(): void;
}

/**
 * Takes the lock called `name`, or resolves to undefined when another process of this machine holds it.
 * It is a listening socket: on Linux an abstract one, which leaves nothing behind; elsewhere a file,
 * which is stale when nobody answers.
 */
export async function tryLock(name: string): Promise<ExclusiveLock | undefined> {
  const id = `financeops-${createHash('sha256').update(name).digest('hex').slice(0, 24)}`;
  const address = process.platform === 'linux' ? `\0${id}` : path.join(os.tmpdir(), `${id}.lock`);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const server = await listen(address);
    if (server) return { release: () => server.close() };
    if (process.platform === 'linux' || (await answers(address))) return undefined;
    await rm(address, { force: true });
  }
  return undefined;
}

/** Waits for the lock; `onWait` is called once when it is not free at once. */
export async function lock(name: string, onWait: () => void): Promise<ExclusiveLock> {
  for (let first = true; ; first = false) {
    const held = await tryLock(name);
    if (held) return held;
    if (first) onWait();
    await sleep(250);
  }
}

function listen(address: string): Promise<net.Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = net.createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(address, () => {
      server.unref();
      resolve(server);
    });
  });
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(address, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
