import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '@financeops/core/errors';

const notTaken = (): DomainError =>
  new DomainError('unsupported-media-type', 'This route takes application/json, uncompressed, in UTF-8.');

/**
 * Fastify's parser of bodies that have no other. One sent in chunks tells its length by its end alone: without a type
 * and without a byte it is no body (`undefined`), like one of `Content-Length: 0`.
 * Calls back with `unsupported-media-type` for any other, before it has been read.
 */
export const parseUntypedBody = (
  request: FastifyRequest,
  payload: Readable,
  done: (error: Error | null, body?: undefined) => void,
): void => {
  // An unknown route is told so, whatever comes with the request.
  if (request.is404) return done(null);
  if (request.headers['content-type'] !== undefined) return done(notTaken());
  const settle = (error: Error | null): void => {
    payload.off('data', onData).off('end', onEnd).off('error', settle);
    done(error);
  };
  const onData = (): void => settle(notTaken());
  const onEnd = (): void => settle(null);
  payload.on('data', onData).once('end', onEnd).once('error', settle);
};
