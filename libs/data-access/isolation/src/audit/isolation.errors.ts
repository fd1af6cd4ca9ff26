import { CrossTenantAccessError } from '@financeops/core/errors';

/** What is wrong with an operation on a tenant's collection, or `null`. */
export type Violation = string | null;

/** Which net stopped an operation. */
export type Net = 'repository' | 'schema' | 'wire';

/**
 * Refused because it reached, or could have reached, beyond the bound tenant. The client sees only the
 * constant message; `reason` is for the audit log and says what was wrong, never whose data it was.
 */
export class IsolationViolationError extends CrossTenantAccessError {
  constructor(
    readonly reason: string,
    readonly net: Net = 'repository',
  ) {
    super();
    // The driver copies an error's own fields onto its bulk error, whose name can't be set.
    Object.defineProperty(this, 'name', { enumerable: false });
  }
}

/** The violation that an operation ended with, also where the driver wrapped it (bulk writes do). */
export const violationOf = (error: unknown): IsolationViolationError | null => {
  if (error instanceof IsolationViolationError) return error;
  const { code, reason, net } = (error ?? {}) as Partial<IsolationViolationError>;
  return code === 'cross-tenant-access' && reason !== undefined
    ? new IsolationViolationError(reason, net)
    : null;
};

/** A filter, update or pipeline that a repository of ours may not use: a bug in the code, not a client error. */
export class UnsupportedQueryError extends Error {
  constructor(reason: string) {
    super(`${reason} (TenantAwareRepository)`);
    this.name = 'UnsupportedQueryError';
  }
}
