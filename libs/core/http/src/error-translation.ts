import { HttpException } from '@nestjs/common';
import { BadRequestError, DomainError, NotFoundError, UnavailableError } from '@financeops/core/errors';
import { isContention, isMongoUnreachable } from '@financeops/core/mongo';

const statusOf = (error: unknown): number | undefined => {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : undefined;
};

/** Errors of Fastify and Nest, in the platform's words: their own messages may quote the input or name a library. */
const fromFramework = (status: number): DomainError | undefined => {
  // Fastify's 414 means a path parameter that is longer than any id or domain.
  if (status === 404 || status === 405 || status === 414) return new NotFoundError('There is no such route.');
  if (status === 413)
    return new DomainError('payload-too-large', 'The body is larger than this route takes.');
  if (status === 415) {
    return new DomainError('unsupported-media-type', 'Send application/json, uncompressed, in UTF-8.');
  }
  if (status >= 400 && status < 500) return new BadRequestError('The request is malformed.');
  return undefined;
};

/** Turns any error into one that the client may see. An unknown one becomes `internal`, without its cause. */
export const toDomainError = (error: unknown): DomainError => {
  if (error instanceof DomainError) return error;
  if (isMongoUnreachable(error)) return new UnavailableError(undefined, 2, error);
  if (isContention(error)) {
    return new UnavailableError('Too much is being changed at once. Try again shortly.', 1, error);
  }
  const status = statusOf(error);
  const known = status === undefined ? undefined : fromFramework(status);
  return (
    known ??
    new DomainError('internal', 'Something failed on our side. Quote the requestId.', { cause: error })
  );
};
