import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '@financeops/core/errors';

const notTaken = (): DomainError =>
  new DomainError('unsupported-media-type', 'Send application/json, uncompressed, in UTF-8.');

/**
 * Fastify's parser for bodies that no other parser takes. A chunked body without a content type and without a byte is no
 * body (`undefined`), like one with `Content-Length: 0`; its length is known only at its end.
 * Calls back with `unsupported-media-type` for any other body, before reading it.
 */
export const parseUntypedBody = (
  request: FastifyRequest,
  payload: Readable,
  done: (error: Error | null, body?: undefined) => void,
): void => {
  // An unknown route is a 404, whatever its body.
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
