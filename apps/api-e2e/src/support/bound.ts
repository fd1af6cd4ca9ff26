import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between two ticks of the clock that measures stalls. */
const TICK_MS = 10;

/**
 * Call it when a change has just been answered: asks until the change is seen, and fails when a request that was *sent*
 * later than `boundMs` milliseconds from now still shows the old state. How long its reply takes doesn't count, since no
 * contract bounds it. Nor do stalls: the bound is stretched by the longest that this process's own timer was late
 * meanwhile. A machine that keeps the test from running keeps the API and Redis from it too, and the news with them.
 * @returns milliseconds from now to when the request that saw it was sent
 * @throws Error that says how late the old state was still seen
 */
export const seenWithin = async (boundMs: number, isSeen: () => Promise<boolean>): Promise<number> => {
  const answered = performance.now();
  let [due, stall] = [answered + TICK_MS, 0];
  const clock = setInterval(() => {
    const now = performance.now();
    stall = Math.max(stall, now - due);
    due = now + TICK_MS;
  }, TICK_MS);
  try {
    for (;;) {
      const after = performance.now() - answered;
      if (await isSeen()) return after;
      const late = Math.max(stall, performance.now() - due);
      if (after > boundMs + late) {
        throw new Error(`still unseen ${Math.round(after)} ms later, with stalls of ${Math.round(late)} ms`);
      }
      await sleep(boundMs / 20);
    }
  } finally {
    clearInterval(clock);
  }
};

/** Delays in words, for whoever reads the test's output. */
export const spread = (ms: readonly number[]): string => {
  const sorted = ms.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]!.toFixed(1);
  return `${sorted.length} changes, seen after ${at(0.5)} ms (median), ${at(0.99)} ms (p99), ${at(1)} ms (most)`;
};
