import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again and again until `ask` gives something truthy, and returns that.
 * @throws Error that says what was waited for, after `withinMs` milliseconds
 */
export const until = async <T>(
  what: string,
  ask: () => Promise<T> | T,
  { withinMs = 15_000, everyMs = 25 }: { withinMs?: number; everyMs?: number } = {},
): Promise<NonNullable<T>> => {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms in vain: ${what}`);
    await sleep(everyMs);
  }
};
