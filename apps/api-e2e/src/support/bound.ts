import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between two ticks of the clock that measures stalls. */
const TICK_MS = 10;

/**
 * Call it when a change has just been answered: asks until the change is seen, and fails when a request that was *sent*
 * later than `boundMs` milliseconds from now still shows the old state. How long its reply takes doesn't count, since no
 * contract bounds it. Nor do stalls: the bound is stretched by the longest that this process's own timer was late
 * meanwhile. A machine that keeps the test from running keeps the API and Redis from it too, and the news with them.
 * @throws Error that says how late the old state was still seen
 */
export const seenWithin = async (boundMs: number, isSeen: () => Promise<boolean>): Promise<void> => {
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
      if (await isSeen()) return;
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
