import type { ErrorCode } from './error-code';

/** One fault of an input: where it is, and what to do about it. */
export interface FieldError {
  message: string;
  /** JSON pointer into the body (RFC 6901), e.g. `/metadata/a~1b`. */
  pointer?: string;
  /** Name of a query parameter or header. */
  parameter?: string;
  /** Line of a file, from 1. */
  line?: number;
}

export interface DomainErrorOptions {
  errors?: FieldError[];
  /** How many errors there are, where `errors` holds the first alone. */
  errorCount?: number;
  /** Seconds after which trying again makes sense; sent as `Retry-After`. */
  retryAfter?: number;
  /** The request that was refused first, when the refusal is replayed for an idempotency key. */
  requestId?: string;
  cause?: unknown;
}

/**
 * What every library throws to refuse something. It knows no HTTP: `HTTP_STATUS` maps its code, and the message
 * becomes the problem's `detail`, so it must be fit for the client's eyes.
 */
export class DomainError extends Error {
  readonly errors: FieldError[] | undefined;
  readonly errorCount: number | undefined;
  readonly retryAfter: number | undefined;
  readonly requestId: string | undefined;

  constructor(
    readonly code: ErrorCode,
    detail: string,
    options: DomainErrorOptions = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.errors = options.errors;
    this.errorCount = options.errorCount;
    this.retryAfter = options.retryAfter;
    this.requestId = options.requestId;
  }
}

/** The same answer for an id that doesn't exist and for one of another tenant. */
export class NotFoundError extends DomainError {
  constructor(detail = 'There is nothing at this address.') {
    super('not-found', detail);
  }
}

export class ValidationError extends DomainError {
  constructor(
    errors: FieldError[],
    detail = 'Some fields are not valid; `errors` says which and why.',
    options: Pick<DomainErrorOptions, 'errorCount'> = {},
  ) {
    super('validation-failed', detail, { ...options, errors });
  }
}

export class BadRequestError extends DomainError {
  constructor(detail: string) {
    super('bad-request', detail);
  }
}

export class UnauthenticatedError extends DomainError {
  constructor(detail = 'Send a valid access token (Authorization: Bearer) or API key (X-API-Key).') {
    super('unauthenticated', detail);
  }
}

export class ForbiddenError extends DomainError {
  constructor(detail: string) {
    super('forbidden', detail);
  }
}

/** Something was asked of another tenant's data, or could have reached it. */
export class CrossTenantAccessError extends DomainError {
  constructor(detail = 'Cross-tenant data access denied') {
    super('cross-tenant-access', detail);
  }
}

export class UnavailableError extends DomainError {
  constructor(
    detail = 'A part of the platform is not reachable. Try again shortly.',
    retryAfter = 2,
    cause?: unknown,
  ) {
    super('unavailable', detail, { retryAfter, cause });
  }
}
