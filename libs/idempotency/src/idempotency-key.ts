import type { IncomingMessage } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { BadRequestError } from '@financeops/core/errors';
import { fingerprint, isIdempotencyKey } from './idempotency.rules';
import type { KeyedRequest } from './idempotency.types';

/**
 * The `Idempotency-Key` of a request, `null` without one. Read from the raw headers, since Node joins repeated ones.
 * @throws BadRequestError when it is malformed or repeated.
 */
export const readIdempotencyKey = ({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): string | null => {
  const sent = rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]!.toLowerCase() === 'idempotency-key',
  );
  const [key] = sent;
  if (key === undefined) return null;
  if (sent.length > 1 || !isIdempotencyKey(key)) {
    throw new BadRequestError('Idempotency-Key must be sent once, with 1 to 255 printable ASCII characters.');
  }
  return key;
};

/** What a handler needs for IdempotencyService; `null` for a request without a key. */
export const Keyed = createParamDecorator((_: unknown, context: ExecutionContext): KeyedRequest | null => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const key = readIdempotencyKey(request.raw);
  if (key === null) return null;
  const { method, params, id: requestId, routeOptions } = request;
  return {
    route: `${method} ${routeOptions.url ?? ''}`,
    key,
    fingerprint: fingerprint({ params, body: request.body ?? {} }),
    requestId,
  };
});
