import type { Readable } from 'node:stream';
import { BadRequestError } from '@financeops/core/errors';

/** Longest wait for a client. Received bytes earn waiting time, up to this limit. */
const MAX_WAIT_MS = 30_000;
/** Throughput of the slowest supported connection, in bytes per millisecond. */
const MIN_BYTES_PER_MS = 4;
const CHECK_EVERY_MS = 1_000;

/**
 * Reads a stream, and destroys it when the sender stalls or is too slow: it would occupy a connection and stored lines
 * indefinitely. Time spent by the consumer does not count.
 * @throws BadRequestError when the stream is destroyed or the client disconnects
 */
export async function* readWithStallTimeout(stream: Readable): AsyncGenerator<Uint8Array> {
  let budgetMs = MAX_WAIT_MS;
  let waitingSince: number | null = null;
  const watch = setInterval(() => {
    if (waitingSince !== null && performance.now() - waitingSince > budgetMs) {
      stream.destroy(new BadRequestError('The upload was too slow.'));
    }
  }, CHECK_EVERY_MS).unref();
  const chunks = stream.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>;
  try {
    for (;;) {
      waitingSince = performance.now();
      const { value, done } = await chunks.next().catch(asInterrupted);
      budgetMs -= performance.now() - waitingSince;
      waitingSince = null;
      if (done === true) return;
      budgetMs = Math.min(MAX_WAIT_MS, budgetMs + value.length / MIN_BYTES_PER_MS);
      yield value;
    }
  } finally {
    clearInterval(watch);
    await chunks.return?.();
  }
}

const asInterrupted = (error: unknown): never => {
  throw error instanceof BadRequestError ? error : new BadRequestError('The upload was interrupted.');
};
