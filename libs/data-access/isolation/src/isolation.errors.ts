import { CrossTenantAccessError } from '@financeops/core/errors';

/** Which net stopped an operation. */
export type Net = 'repository' | 'schema' | 'wire';

/**
 * Refused because it reached, or could have reached, beyond the bound tenant. The client sees the constant message
 * alone; `reason` is for the audit log and says what was wrong, never whose data it was.
 */
export class IsolationViolationError extends CrossTenantAccessError {
  constructor(
    readonly reason: string,
    readonly net: Net = 'repository',
  ) {
    super();
  }
}

/** A filter, update or pipeline that a repository of ours may not use: a fault of the code, not of the client. */
export class UnsupportedQueryError extends Error {
  constructor(reason: string) {
    super(`${reason} (TenantAwareRepository)`);
    this.name = 'UnsupportedQueryError';
  }
}
