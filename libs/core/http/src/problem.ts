import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ERROR_CODES,
  HTTP_STATUS,
  TITLE,
  type DomainError,
  type ErrorCode,
  type FieldError,
} from '@financeops/core/errors';

class ProblemError implements FieldError {
  @ApiProperty({ type: String, example: 'must be a whole number' })
  message!: string;

  @ApiPropertyOptional({ type: String, description: 'JSON pointer into the body', example: '/amount' })
  pointer?: string;

  @ApiPropertyOptional({ type: String, description: 'Name of a query parameter or header', example: 'limit' })
  parameter?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, description: 'Line of a file', example: 3 })
  line?: number;
}

/** RFC 9457 `application/problem+json`, with the platform's own members. */
export class Problem {
  @ApiProperty({ type: String, format: 'uri', example: 'urn:problem:validation-failed' })
  type!: string;

  @ApiProperty({ type: String, description: 'The same for every problem of this code' })
  title!: string;

  @ApiProperty({ type: 'integer', minimum: 400, maximum: 599, description: 'The HTTP status', example: 400 })
  status!: number;

  @ApiProperty({ type: String, description: 'What went wrong with this request' })
  detail!: string;

  /** Without the query, which may hold data. */
  @ApiProperty({ type: String, description: 'Path of the request', example: '/v1/payments' })
  instance!: string;

  @ApiProperty({
    enum: ERROR_CODES,
    description: 'Stable: branch on this, not on the texts',
    example: 'validation-failed',
  })
  code!: ErrorCode;

  @ApiProperty({
    type: String,
    description: 'Quote it to support',
    example: '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed',
  })
  requestId!: string;

  @ApiPropertyOptional({
    type: [ProblemError],
    description: 'The fields, parameters or lines that are not valid',
  })
  errors?: FieldError[];

  @ApiPropertyOptional({
    type: 'integer',
    description: 'Number of errors in a file; `errors` has the first 100',
  })
  errorCount?: number;

  @ApiPropertyOptional({
    type: 'integer',
    description: 'Seconds to wait, with status 429; as in `Retry-After`',
  })
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
