import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import {
  CsvReader,
  NdjsonReader,
  Pain001Reader,
  parseColumnMap,
  type PaymentFileReader,
} from '@financeops/bulk-payments/formats';
import { DomainError, ValidationError, type FieldError } from '@financeops/core/errors';
import { isCurrency, type Currency } from '@financeops/core/money';
import { fileTooLarge } from '../upload/measured-file';
import type { BulkUploadQuery } from './dto/bulk-upload.query';
import { readWithStallTimeout } from './stall-timeout';

/** Media types that are streamed to the upload route. */
export const FILE_MEDIA_TYPES = ['text/csv', 'application/x-ndjson', 'application/xml', 'text/xml'] as const;

/** Path of the route that accepts files. */
export const FILE_ROUTE = '/v1/bulk-payments';

const mediaTypeOf = (request: FastifyRequest): string =>
  (request.headers['content-type'] ?? '').replace(/;.*$/s, '').trim().toLowerCase();

/** Refuses a file by its Content-Length, before authentication. @throws DomainError `payload-too-large` */
export const refuseTooLarge = (request: FastifyRequest, maxBytes: number): void => {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw fileTooLarge(maxBytes);
};

/** The error for a body that is not a payment file. */
export const notAFile = (): DomainError =>
  new DomainError(
    'unsupported-media-type',
    'Send the file as text/csv, application/x-ndjson or application/xml (Content-Type).',
  );

const checkedCurrency = (currency: string | undefined): Currency | undefined => {
  if (currency === undefined || isCurrency(currency)) return currency;
  throw new ValidationError([
    { parameter: 'currency', message: 'must be an upper-case ISO 4217 code, e.g. EUR' },
  ]);
};

const checkedMap = (map: string | undefined) => {
  if (map === undefined) return undefined;
  const parsed = parseColumnMap(map);
  if ('error' in parsed) throw new ValidationError([{ parameter: 'map', message: parsed.error }]);
  return parsed.map;
};

/** Options for CSV have no effect on other formats; ignoring them would hide a mistake. */
const refuseCsvOptions = ({ currency, map }: BulkUploadQuery): void => {
  const errors: FieldError[] = Object.entries({ currency, map })
    .filter(([, value]) => value !== undefined)
    .map(([parameter]) => ({ parameter, message: 'is only for text/csv; remove it' }));
  if (errors.length > 0) throw new ValidationError(errors);
};

/**
 * Returns the reader for the media type of a request.
 * @throws DomainError `unsupported-media-type`, `validation-failed`
 */
export const readerOf = (request: FastifyRequest, query: BulkUploadQuery): PaymentFileReader => {
  const currency = checkedCurrency(query.currency);
  const map = checkedMap(query.map);
  const type = mediaTypeOf(request);
  if (type === 'text/csv') return new CsvReader({ currency, map });
  refuseCsvOptions(query);
  if (type === 'application/x-ndjson') return new NdjsonReader();
  if (type === 'application/xml' || type === 'text/xml') return new Pain001Reader();
  throw notAFile();
};

/**
 * Reads the bytes of a request. When the reader stops early, the rest is received and discarded: otherwise the connection
 * could not carry another request, and some clients read the reply only after sending everything.
 */
export async function* bytesOf({ body }: FastifyRequest): AsyncGenerator<Uint8Array> {
  if (!(body instanceof Readable)) return;
  try {
    yield* readWithStallTimeout(body);
  } finally {
    body.resume();
  }
}
