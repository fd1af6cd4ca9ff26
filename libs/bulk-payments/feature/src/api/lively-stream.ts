import type { Readable } from 'node:stream';
import { BadRequestError } from '@financeops/core/errors';

/** Milliseconds that a client may let us wait; what it sends earns it as much again, and never more than this. */
const PATIENCE_MS = 30_000;
/** Bytes a millisecond of the slowest line that is served. */
const SLOWEST = 4;
const LOOK_EVERY_MS = 1_000;

/**
 * The stream's bytes for as long as they keep coming. A sender that stalls, or drips, is cut off: it would hold a connection,
 * and lines that are stored already, for as long as it likes. The time that we take ourselves doesn't count.
 * @throws BadRequestError when it is cut off or breaks off: there is nobody left to be told
 */
export async function* livelyBytes(stream: Readable): AsyncGenerator<Uint8Array> {
  let patience = PATIENCE_MS;
  let waitingSince: number | null = null;
  const watch = setInterval(() => {
    if (waitingSince !== null && performance.now() - waitingSince > patience) {
      stream.destroy(new BadRequestError('The upload came too slowly.'));
    }
  }, LOOK_EVERY_MS).unref();
  const chunks = stream.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>;
  try {
    for (;;) {
      waitingSince = performance.now();
      const { value, done } = await chunks.next().catch(brokenOff);
      patience -= performance.now() - waitingSince;
      waitingSince = null;
      if (done === true) return;
      patience = Math.min(PATIENCE_MS, patience + value.length / SLOWEST);
      yield value;
    }
  } finally {
    clearInterval(watch);
    await chunks.return?.();
  }
}

const brokenOff = (error: unknown): never => {
  throw error instanceof BadRequestError ? error : new BadRequestError('The upload broke off.');
};
