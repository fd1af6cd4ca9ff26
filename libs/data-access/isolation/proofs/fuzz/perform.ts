import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Operation } from './operation';
import { fuzzTenant } from './identities';
import type { Outcome } from './outcome';
import type { Situation, Step } from './step';

export const pause = async (turns: number): Promise<void> => {
  for (let turn = 0; turn < turns; turn += 1) await nextTurn();
};

/**
 * Calls the operation in its tenant's context, and awaits it in the victim's: whose it is was settled when it was
 * called.
 */
export const perform = async (
  { ask }: Step,
  { waits: [before, between] }: Operation,
  { world, tenant, victim }: Situation,
): Promise<Outcome> => {
  await pause(before);
  try {
    const asked = world.as(fuzzTenant(tenant), ask);
    // It may fail while nobody awaits it yet.
    if (asked instanceof Promise) asked.catch(() => undefined);
    const value = await world.as(fuzzTenant(victim), async () => {
      await pause(between);
      return typeof asked === 'function' ? asked() : asked;
    });
    return { value };
  } catch (error) {
    return { error };
  }
};
