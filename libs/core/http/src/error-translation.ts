import { HttpException } from '@nestjs/common';
import { BadRequestError, DomainError, NotFoundError, UnavailableError } from '@financeops/core/errors';
import { isContention, isMongoUnreachable } from '@financeops/core/mongo';

const statusOf = (error: unknown): number | undefined => {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : undefined;
};

/** What Fastify and Nest themselves refuse, in the platform's words: theirs may quote the input or name a library. */
const fromFramework = (status: number): DomainError | undefined => {
  // 414 is Fastify's for a path parameter longer than any name of ours.
  if (status === 404 || status === 405 || status === 414) return new NotFoundError('There is no such route.');
  if (status === 413)
    return new DomainError('payload-too-large', 'The body is larger than this route takes.');
  if (status === 415) {
    return new DomainError(
      'unsupported-media-type',
      'This route takes application/json, uncompressed, in UTF-8.',
    );
  }
  if (status >= 400 && status < 500) return new BadRequestError('The request is malformed.');
  return undefined;
};

/** Any error as one the client may see. Whatever isn't known is `internal`, and says nothing of its cause. */
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
