import { isDeepStrictEqual } from 'node:util';
import { CrossTenantAccessError } from '@financeops/core/errors';
import { duplicateKeyFields } from '@financeops/core/mongo';
import {
  IsolationViolationError,
  UnsupportedQueryError,
  violationOf,
} from '../../src/audit/isolation.errors';
import { foreignSign } from './identities';
import type { Operation } from './operation';
import type { Comparison, Refusal, Step } from './step';

export type Outcome = { value: unknown } | { error: unknown };

/** What was wrong. `leak`: another tenant showed; `difference`: the model says something else. */
export interface Violation {
  kind: 'leak' | 'difference';
  tenant: number;
  /** Place in the tenant's script; `null`: found at the end, in the collection. */
  at: number | null;
  operation?: Operation;
  method: string;
  got: unknown;
  wanted: unknown;
}

/** Which refusal an error is, or `null`. */
export const refusalOf = (error: unknown): Refusal | null => {
  const violation = violationOf(error);
  if (violation !== null) {
    // The wire never has anything to do: whoever gets that far has passed two nets.
    if (violation.net === 'wire') return null;
    return violation.net === 'repository' ? 'violation' : 'net';
  }
  if (error instanceof UnsupportedQueryError) return 'unsupported';
  if (error instanceof CrossTenantAccessError && !(error instanceof IsolationViolationError)) return 'bypass';
  if (duplicateKeyFields(error) !== null) return 'duplicate';
  return (error as { name?: unknown } | null)?.name === 'MongoServerError' ? 'engine' : null;
};

/** Holds an operation's outcome against the model, which moves on. `null`: as it must be. */
export const judge = (
  step: Step,
  outcome: Outcome,
  tenant: number,
): Omit<Violation, 'tenant' | 'at' | 'operation'> | null => {
  const { method, refused } = step;
  if ('error' in outcome) {
    const refusal = refusalOf(outcome.error);
    step.done?.();
    return refusal !== null && refusal === refused
      ? null
      : { kind: 'difference', method, got: outcome.error, wanted: refused ?? 'a result' };
  }
  const { value } = outcome;
  const sign = step.crossesTenants === true ? null : foreignSign(value, tenant);
  if (sign !== null) return { kind: 'leak', method, got: sign, wanted: 'nothing of another tenant' };
  if (refused !== undefined) return { kind: 'difference', method, got: value, wanted: refused };
  const [got, wanted] = settled(step, value);
  return isDeepStrictEqual(got, wanted) ? null : { kind: 'difference', method, got, wanted };
};

/** A result that the model can't even read is as wrong as one that differs. */
const settled = (step: Step, value: unknown): Comparison => {
  try {
    return step.settle(value as never);
  } catch (error) {
    return [{ value, error }, 'a result of the expected shape'];
  }
};
