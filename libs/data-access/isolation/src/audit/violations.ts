import type { IsolationViolation } from './isolation-audit';

/** What the schema's and the wire's net saw. The repository reports its own with actor and request. */
export type NetViolation = Pick<
  IsolationViolation,
  'tenantId' | 'net' | 'collection' | 'operation' | 'reason'
>;

const listeners = new Set<(violation: NetViolation) => void>();

/** Calls `listener` for every violation that a net stops, until the returned function is called. */
export const onViolation = (listener: (violation: NetViolation) => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const reportViolation = (violation: NetViolation): void => {
  for (const listener of listeners) listener(violation);
};
