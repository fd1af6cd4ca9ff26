import { DomainError } from '@financeops/core/errors';

export class RateLimitedError extends DomainError {
  /** `retryAfter`: whole seconds after which a request is admitted. */
  constructor(retryAfter: number, detail = `Too many requests. Try again in ${retryAfter} s.`) {
    super('rate-limited', detail, { retryAfter });
  }
}
