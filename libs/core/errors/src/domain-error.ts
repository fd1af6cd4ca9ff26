import type { ErrorCode } from './error-code';

/** One error in an input: where it is and how to correct it. */
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
  /** Number of all errors, if `errors` has only the first ones. */
  errorCount?: number;
  /** Seconds to wait before trying again; sent as `Retry-After`. */
  retryAfter?: number;
  /** Id of the first request, when its refusal is replayed for an idempotency key. */
  requestId?: string;
  cause?: unknown;
}

/**
 * What libraries throw to refuse a request. `HTTP_STATUS` maps its code to HTTP. The message becomes the problem's
 * `detail`, which clients see.
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

/** The same for an unknown id and for one of another tenant. */
export class NotFoundError extends DomainError {
  constructor(detail = 'Not found.') {
    super('not-found', detail);
  }
}

export class ValidationError extends DomainError {
  constructor(
    errors: FieldError[],
    detail = 'The request is not valid; see `errors`.',
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

/** The request reached, or could have reached, another tenant's data. */
export class CrossTenantAccessError extends DomainError {
  constructor(detail = 'Cross-tenant data access denied') {
    super('cross-tenant-access', detail);
  }
}

export class UnavailableError extends DomainError {
  constructor(
    detail = 'The service is temporarily unavailable. Try again shortly.',
    retryAfter = 2,
    cause?: unknown,
  ) {
    super('unavailable', detail, { retryAfter, cause });
  }
}
