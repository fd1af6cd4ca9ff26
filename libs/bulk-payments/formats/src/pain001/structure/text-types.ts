import { bicError, ibanError } from '../../rules/account.rules';
import { dateError, dateTimeError, yearError } from './date.rules';
import { decimalError } from './decimal.rules';

/** An element that holds text. */
export interface TextType {
  kind: 'text';
  /** Whether leading, trailing and repeated white space is insignificant. */
  collapse: boolean;
  /** Validates the text: null, or a message that follows the element's name. */
  error: (text: string) => string | null;
  /** ISO 20022 reason of such an error. */
  reason: string;
  /** Whether the attribute Ccy is required; otherwise it is not allowed. */
  hasCurrency: boolean;
}

/** ElementContentFormallyIncorrect of ExternalStatusReason1Code. */
const CONTENT = 'CH16';

const text = (error: TextType['error'], reason = CONTENT): TextType => ({
  kind: 'text',
  collapse: false,
  error,
  reason,
  hasCurrency: false,
});

const value = (error: TextType['error'], reason = CONTENT): TextType => ({
  ...text(error, reason),
  collapse: true,
});

const pattern = (form: RegExp, words: string, reason?: string): TextType =>
  text((content) => (form.test(content) ? null : `must be ${words}`), reason);

/** Counts Unicode characters, not UTF-16 code units. */
const isLonger = (content: string, most: number): boolean =>
  content.length > most && (content.length > 2 * most || [...content].length > most);

const length = (most: number): TextType =>
  text((content) =>
    content === ''
      ? `is empty: expected 1 to ${most} characters`
      : isLonger(content, most)
        ? `is longer than ${most} characters`
        : null,
  );

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const base64 = (most: number): TextType =>
  value((content) => {
    const packed = content.replaceAll(' ', '');
    const bytes = (packed.length / 4) * 3 - (/=*$/.exec(packed)?.[0].length ?? 0);
    if (!BASE64.test(packed)) return 'must be base64';
    return bytes >= 1 && bytes <= most ? null : `must hold 1 to ${most} bytes`;
  });

const codes = (list: string): TextType => {
  const allowed = new Set(list.split('/'));
  const words = `must be ${allowed.size > 6 ? 'one of ' : ''}${[...allowed].join(', ').replace(/, (\w+)$/, ' or $1')}`;
  return text((content) => (allowed.has(content) ? null : words));
};

const BIC_2009 = /^[A-Z]{6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3})?$/;
const BIC_2014 = /^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$/;
const BIC_WORDS = 'a BIC of 8 or 11 characters in upper case';

/** A bank's BIC, in the form that the version requires and with an existing country. */
const bankBic = (form: RegExp): TextType =>
  text((content) => bicError(content) ?? (form.test(content) ? null : `must be ${BIC_WORDS}`), 'RC01');

const NAMED: Readonly<Record<string, TextType>> = {
  date: value(dateError, 'DT01'),
  dateTime: value(dateTimeError, 'DT01'),
  year: value(yearError, 'DT01'),
  boolean: value((content) =>
    ['true', 'false', '1', '0'].includes(content) ? null : 'must be true or false',
  ),
  count: pattern(/^[0-9]{1,15}$/, 'a number of 1 to 15 digits'),
  amount: { ...value(decimalError(18, 5, true), 'AM12'), hasCurrency: true },
  iban: text(ibanError, 'AC01'),
  bic: bankBic(BIC_2009),
  bic2014: bankBic(BIC_2014),
  partyBic: pattern(BIC_2009, BIC_WORDS),
  partyBic2014: pattern(BIC_2014, BIC_WORDS),
  lei: pattern(/^[A-Z0-9]{18}[0-9]{2}$/, 'an LEI: 18 letters and digits in upper case, then 2 digits'),
  currency: pattern(/^[A-Z]{3}$/, 'a currency code: three letters in upper case', 'AM03'),
  country: pattern(/^[A-Z]{2}$/, 'a country code: two letters in upper case'),
  phone: pattern(/^\+[0-9]{1,3}-[0-9()+-]{1,30}$/, 'a telephone number such as +41-441234567'),
  uuid4: pattern(
    /^[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}$/,
    'a UUID of version 4 in lower case',
  ),
  digits2: pattern(/^[0-9]{2}$/, 'two digits'),
  alphanumeric4: pattern(/^[a-zA-Z0-9]{4}$/, 'four letters or digits'),
};

/** `text35`, `decimal18.5` (digits, decimals), `base64.10240` (bytes), `CHK/TRF`, or a key of NAMED. */
export const textType = (name: string): TextType => {
  const named = NAMED[name];
  if (named) return named;
  if (name.includes('/')) return codes(name);
  const [, kind, first, second] = /^(text|decimal|base64\.)(\d+)(?:\.(\d+))?$/.exec(name) ?? [];
  if (kind === 'text') return length(Number(first));
  if (kind === 'decimal') return value(decimalError(Number(first), Number(second), false));
  if (kind === 'base64.') return base64(Number(first));
  throw new Error(`No such type: ${name}`);
};
