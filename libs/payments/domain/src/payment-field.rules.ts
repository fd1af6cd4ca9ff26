/** The largest payment, in minor units of its currency. */
export const MAX_AMOUNT = 999_999_999_999;

export const PAYMENT_METHODS = ['card', 'bank_transfer', 'wallet'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

export interface TextLimits {
  /** Characters, i.e. Unicode code points, as JSON Schema counts them. */
  min?: number;
  max: number;
  /** Whether control characters are refused. */
  printable?: boolean;
}

export const REFERENCE_LIMITS: TextLimits = { min: 1, max: 128, printable: true };
export const DESCRIPTION_LIMITS: TextLimits = { max: 500 };

/** What is wrong with a text, or `null`. */
export const textFault = (value: unknown, { min = 0, max, printable = false }: TextLimits): string | null => {
  if (typeof value !== 'string') return 'must be a string';
  // UTF-8, in which MongoDB stores it, has no half pairs: another text would come back.
  if (/\p{Cs}/u.test(value)) return 'must be well-formed Unicode (a surrogate stands alone)';
  // A character has one or two units: most texts are within the limits without being counted.
  if (value.length < 2 * min || value.length > max) {
    const { length } = [...value];
    if (length < min || length > max) return `must have ${min} to ${max} characters`;
  }
  return printable && /\p{Cc}/u.test(value) ? 'must not contain control characters' : null;
};

/** What is wrong with a payment's `capture`, or `null`. */
export const captureFault = (value: unknown): string | null => {
  if (value === true) return null;
  return value === false
    ? 'separate capture is not available yet: leave capture out, or send true'
    : 'must be true or left out';
};

export const METHOD_FAULT = `must be one of ${PAYMENT_METHODS.join(', ')}`;
export const CURRENCY_FAULT = 'must be an upper-case ISO 4217 code of a currency that has a minor unit';
export const AMOUNT_FAULTS = {
  whole: 'must be a whole number of minor units',
  least: 'must not be less than 1',
  most: `must not be more than ${MAX_AMOUNT}`,
} as const;
