import { exponentOf, type Currency, type Minor } from '@financeops/core/money';
import { MAX_AMOUNT } from '@financeops/payments/domain';

const MOST: Minor = BigInt(MAX_AMOUNT);

/** More than any amount needs; bounds the cost of parsing. */
const MAX_LENGTH = 40;

/**
 * Parses a decimal number of major units into minor units: "12.50" of EUR is 1250n.
 *
 * Only digits and one point: no sign, exponent, grouping or space. More decimals than the currency has are an error,
 * even zeros (ISO 20022, CurrencyAmount): "1.000" of EUR means a thousand in some countries. Fewer decimals, leading zeros
 * and ".5" are accepted. The error follows the name of the field: "amount has ...".
 */
export const decimalToMinor = (text: string, currency: Currency): { amount: Minor } | { error: string } => {
  if (text === '') return { error: 'is empty' };
  if (text.length > MAX_LENGTH) return { error: `has more than ${MAX_LENGTH} characters` };
  const match = /^([0-9]*)(?:\.([0-9]*))?$/.exec(text);
  if (match === null || text === '.') return { error: notANumber(text) };
  const [, whole = '', decimals = ''] = match;
  const exponent = exponentOf(currency);
  if (decimals.length > exponent)
    return {
      error: `has ${decimals.length} decimals; ${currency} has ${exponent === 0 ? 'none' : exponent}`,
    };
  const amount = BigInt(whole + decimals.padEnd(exponent, '0'));
  if (amount === 0n) return { error: 'must be more than zero' };
  if (amount > MOST) return { error: `must not be more than ${minorToDecimal(MOST, currency)}` };
  return { amount };
};

const notANumber = (text: string): string => {
  if (/^-[0-9.]+$/.test(text)) return 'must not be negative: refunds and credits cannot be paid out';
  if (text.includes(',')) return 'must use a point before the decimals and no commas, e.g. 12.50';
  return 'must be a plain decimal number, e.g. 12.50';
};

/** Formats minor units as major units with all decimals of the currency: 1250n of EUR is "12.50". Not for negatives. */
export const minorToDecimal = (amount: Minor, currency: Currency): string => {
  const exponent = exponentOf(currency);
  const digits = amount.toString().padStart(exponent + 1, '0');
  return exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
};
