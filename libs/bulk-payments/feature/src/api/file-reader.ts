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
import { livelyBytes } from './lively-stream';

/** Media types that are streamed to the one route that takes files. */
export const FILE_MEDIA_TYPES = ['text/csv', 'application/x-ndjson', 'application/xml', 'text/xml'] as const;

/** The route that takes them, as the router names it. */
export const FILE_ROUTE = '/v1/bulk-payments';

const mediaTypeOf = (request: FastifyRequest): string =>
  (request.headers['content-type'] ?? '').replace(/;.*$/s, '').trim().toLowerCase();

/** Before anybody is asked who it is: a file that says itself that it is too large. @throws DomainError `payload-too-large` */
export const refuseTooLarge = (request: FastifyRequest, maxBytes: number): void => {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw fileTooLarge(maxBytes);
};

/** The refusal of a body that is no payment file. */
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

/** Options of CSV mean nothing to other files: to pass over them would hide a mistake. */
const refuseCsvOptions = ({ currency, map }: BulkUploadQuery): void => {
  const errors: FieldError[] = Object.entries({ currency, map })
    .filter(([, value]) => value !== undefined)
    .map(([parameter]) => ({ parameter, message: 'is for text/csv alone; leave it out' }));
  if (errors.length > 0) throw new ValidationError(errors);
};

/**
 * What reads the file of a request, by its media type.
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
 * The bytes of a request, for as long as they are asked for. What is left when the reader stops early is still taken from
 * the connection, and dropped: it could carry no further request otherwise, and a client may read no reply before it has
 * sent everything.
 */
export async function* bytesOf({ body }: FastifyRequest): AsyncGenerator<Uint8Array> {
  if (!(body instanceof Readable)) return;
  try {
    yield* livelyBytes(body);
  } finally {
    body.resume();
  }
}
