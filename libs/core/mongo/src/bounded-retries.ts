import { ContentionError } from './errors';

/** Milliseconds for which a transaction begins anew after conflicts; the driver would for 120 s, with a client waiting. */
const PATIENCE_MS = 10_000;

/**
 * Bounds how long the driver repeats a transaction: the returned work fails for good when it is to begin anew after its time.
 * It is called once per attempt; between attempts the driver waits, longer and longer.
 * @param now milliseconds, of any clock that only goes forward
 */
export const boundRetries = <R>(
  work: () => Promise<R>,
  now: () => number = () => performance.now(),
): (() => Promise<R>) => {
  const began = now();
  let attempts = 0;
  let failure: unknown;
  return async () => {
    // A second attempt follows a conflict, in the work or at its commit.
    if (attempts++ > 0 && now() - began > PATIENCE_MS) throw new ContentionError(failure);
    try {
      return await work();
    } catch (error) {
      failure = error;
      throw error;
    }
  };
};
