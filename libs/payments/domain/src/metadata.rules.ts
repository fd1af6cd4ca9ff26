import { CARD_NUMBER_FAULT, hasCardNumber } from '@financeops/core/card-numbers';
import type { FieldError } from '@financeops/core/errors';

export const METADATA_MAX_KEYS = 50;
export const METADATA_MAX_KEY_LENGTH = 40;
export const METADATA_MAX_VALUE_LENGTH = 500;

/** A flat map of strings that a client keeps with a payment. */
export type Metadata = Record<string, string>;

/** RFC 6901: how a key is written in a JSON pointer. */
const escape = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

const characters = (text: string): number => [...text].length;

const keyFault = (key: string): string | null => {
  if (key === '') return 'a key must not be empty';
  if (characters(key) > METADATA_MAX_KEY_LENGTH)
    return `a key has at most ${METADATA_MAX_KEY_LENGTH} characters`;
  if (key.startsWith('$')) return 'a key must not begin with $';
  if (key.includes('.')) return 'a key must not contain a point';
  if (/[\p{Cc}\p{Cs}]/u.test(key)) return 'a key must not contain control characters or half surrogate pairs';
  // `constructor`, `toString` and the like: as a key they'd shadow what every object has.
  if (key in Object.prototype) return 'is not usable as a key';
  return null;
};

const valueFault = (value: unknown): string | null => {
  if (typeof value !== 'string') return 'must be a string';
  if (characters(value) > METADATA_MAX_VALUE_LENGTH)
    return `must have at most ${METADATA_MAX_VALUE_LENGTH} characters`;
  if (/\p{Cs}/u.test(value)) return 'must be well-formed Unicode (a surrogate stands alone)';
  return null;
};

/** Values that contain a card number; their text is not repeated. */
export const metadataCardFaults = (metadata: Record<string, unknown>): FieldError[] =>
  Object.entries(metadata).flatMap(([key, value]) =>
    typeof value === 'string' && hasCardNumber(value)
      ? [{ pointer: `/metadata/${escape(key)}`, message: CARD_NUMBER_FAULT }]
      : [],
  );

/** Every fault of a metadata object, with pointers into it (`/metadata/<key>`); empty when it is sound. */
export const metadataFaults = (metadata: Record<string, unknown>): FieldError[] => {
  const entries = Object.entries(metadata);
  if (entries.length > METADATA_MAX_KEYS)
    return [{ pointer: '/metadata', message: `must have at most ${METADATA_MAX_KEYS} keys` }];
  return entries.flatMap(([key, value]) => {
    const message = keyFault(key) ?? valueFault(value);
    return message === null ? [] : [{ pointer: `/metadata/${escape(key)}`, message }];
  });
};
