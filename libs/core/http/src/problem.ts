import {
  HTTP_STATUS,
  TITLE,
  type DomainError,
  type ErrorCode,
  type FieldError,
} from '@financeops/core/errors';

/** RFC 9457 `application/problem+json`, with the platform's own members. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  /** The path, without the query: that may hold data. */
  instance: string;
  code: ErrorCode;
  requestId: string;
  errors?: FieldError[];
  /** Of a file: all errors, where `errors` holds the first 100. */
  errorCount?: number;
  /** Seconds; with 429 alone, like the header. */
  retryAfter?: number;
}

const MAX_ERRORS = 100;

export const toProblem = (error: DomainError, instance: string, requestId: string): Problem => ({
  type: `urn:problem:${error.code}`,
  title: TITLE[error.code],
  status: HTTP_STATUS[error.code],
  detail: error.message,
  instance,
  code: error.code,
  requestId,
  ...(error.errors === undefined ? {} : { errors: error.errors.slice(0, MAX_ERRORS) }),
  ...(error.errorCount === undefined ? {} : { errorCount: error.errorCount }),
  ...(HTTP_STATUS[error.code] === 429 && error.retryAfter !== undefined
    ? { retryAfter: error.retryAfter }
    : {}),
});
