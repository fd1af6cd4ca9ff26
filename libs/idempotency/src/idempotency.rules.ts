import { createHash } from 'node:crypto';

const KEY = /^[\x20-\x7e]{1,255}$/;

/** Whether `text` can be an `Idempotency-Key`: 1 to 255 printable ASCII characters. */
export const isIdempotencyKey = (text: string): boolean => KEY.test(text);

const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.join(',')}}`;
};

/**
 * SHA-256 (hex) of a parsed JSON value in canonical form (RFC 8785: members sorted by UTF-16 code units, no spaces, numbers
 * as ECMAScript writes them): two bodies that parse to the same value have the same print, however they were written.
 */
export const fingerprint = (value: unknown): string =>
  createHash('sha256').update(canonical(value)).digest('hex');
