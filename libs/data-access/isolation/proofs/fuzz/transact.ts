import { fuzzTenant } from './identities';
import type { Operation } from './operation';
import { judge, refusalOf, type Violation } from './outcome';
import { perform } from './perform';
import type { Situation, Step } from './step';
import { STEPS } from './steps';

/** Ends a transaction that is to leave nothing behind. */
class Undone extends Error {}

/** MongoDB ends a transaction at an error of its own; such a step becomes one that only counts. */
const safe = (operation: Operation, situation: Situation): Step => {
  const step = STEPS[operation.kind]!(operation, situation);
  return step.refused === 'duplicate' || step.refused === 'engine' || step.looksPastTransactions === true
    ? STEPS['count']!(operation, situation)
    : step;
};

/**
 * Runs the operations in one transaction, which is committed or undone. `performed` is told each step. The driver may
 * repeat the work: the model begins anew with it.
 */
export const transact = async (
  operations: readonly Operation[],
  situation: Situation,
  commit: boolean,
  performed: (step: Step) => void,
): Promise<Violation | null> => {
  const { world, tenant, shelf } = situation;
  const before = shelf.copy();
  let violation: Violation | null = null;
  const work = async (): Promise<void> => {
    shelf.become(before);
    for (const [index, operation] of operations.entries()) {
      const at = situation.at + index;
      const own = { ...situation, at };
      const step = safe(operation, own);
      performed(step);
      const outcome = await perform(step, operation, own);
      const refusal = 'error' in outcome ? refusalOf(outcome.error) : undefined;
      // The driver knows whether the work is to be repeated.
      if ('error' in outcome && (refusal === null || refusal !== step.refused)) throw outcome.error;
      const wrong = judge(step, outcome, tenant);
      if (wrong !== null) {
        violation = { ...wrong, tenant, at, operation };
        return;
      }
    }
    if (!commit) throw new Undone();
  };
  try {
    await world.as(fuzzTenant(tenant), () => world.transactions.run(work));
  } catch (error) {
    shelf.become(before);
    if (!(error instanceof Undone)) {
      return {
        kind: 'difference',
        tenant,
        at: situation.at,
        method: 'transaction',
        got: error,
        wanted: 'its end',
      };
    }
  }
  return violation;
};
