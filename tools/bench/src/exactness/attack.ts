import { setTimeout as sleep } from 'node:timers/promises';
import type { Checker } from '../limiter/checker';

/** An admitted request: it was decided at some moment between these, in milliseconds of a clock all processes share. */
export interface Admission {
  sent: number;
  received: number;
}

/** Not `Date.now`, which the attacker has moved. */
export const sharedClock = (): number => performance.timeOrigin + performance.now();

const IN_FLIGHT = 8;

/**
 * Asks at the worst times for a window of `windowMs`, from `startAt` on: one request that opens a fixed window and
 * everything around that window's end (what fixed windows let through twice); then, rested, everything for a whole window
 * (what leaky buckets refill meanwhile).
 */
export const attack = async (
  checker: Checker,
  tenantId: string,
  windowMs: number,
  startAt: number,
): Promise<Admission[]> => {
  const admissions: Admission[] = [];
  const ask = async (): Promise<void> => {
    const sent = sharedClock();
    if (await checker.check(tenantId)) admissions.push({ sent, received: sharedClock() });
  };
  const until = (at: number) => sleep(Math.max(0, at - sharedClock()));
  const hammer = async (to: number): Promise<void> => {
    const worker = async (): Promise<void> => {
      while (sharedClock() < to) {
        await ask();
        // Refusals known in the process come without I/O: let the rest of it run.
        await sleep(0);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  };
  await until(startAt);
  await ask();
  await until(startAt + 0.85 * windowMs);
  await hammer(startAt + 1.3 * windowMs);
  await until(startAt + 2.6 * windowMs);
  await hammer(startAt + 3.9 * windowMs);
  return admissions;
};
