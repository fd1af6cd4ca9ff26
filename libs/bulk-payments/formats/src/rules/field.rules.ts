/** Characters are Unicode code points, as in the payment's own rules. */
const characters = (text: string): number => [...text].length;

const MAX_REFERENCE = 128;
const MAX_DESCRIPTION = 500;
/** ISO 20022's Max140Text, the length of a party's name in a payment message. */
const MAX_CREDITOR_NAME = 140;

export const PAYMENT_METHODS = ['card', 'bank_transfer', 'wallet'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

export const isPaymentMethod = (value: unknown): value is PaymentMethod =>
  PAYMENT_METHODS.includes(value as PaymentMethod);

export const METHOD_FAULT = `must be one of ${PAYMENT_METHODS.join(', ')}`;
export const CURRENCY_FAULT = 'must be an upper-case ISO 4217 code of a currency that has a minor unit';

/** What is wrong with a payment's reference, or null. A lone surrogate is a fault: UTF-8 has none. */
export const referenceFault = (text: string): string | null => {
  const length = characters(text);
  if (length < 1 || length > MAX_REFERENCE) return `must have 1 to ${MAX_REFERENCE} characters`;
  if (/\p{Cs}/u.test(text)) return 'must be well-formed Unicode (a surrogate stands alone)';
  return /\p{Cc}/u.test(text) ? 'must not contain control characters' : null;
};

/** What is wrong with a payment's description, or null. */
export const descriptionFault = (text: string): string | null => {
  if (/\p{Cs}/u.test(text)) return 'must be well-formed Unicode (a surrogate stands alone)';
  return characters(text) > MAX_DESCRIPTION ? `must have 0 to ${MAX_DESCRIPTION} characters` : null;
};

export const creditorNameFault = (text: string): string | null =>
  characters(text) > MAX_CREDITOR_NAME ? `must have at most ${MAX_CREDITOR_NAME} characters` : null;
