import { exponentOf, type Currency, type Minor } from '@financeops/core/money';
import { MAX_AMOUNT } from '@financeops/payments/domain';

const MOST: Minor = BigInt(MAX_AMOUNT);

/** More digits than any amount needs, so that an endless number costs nothing. */
const MAX_LENGTH = 40;

/**
 * The minor units of a decimal number in major units: "12.50" of EUR is 1250n.
 *
 * Digits and one point alone: no sign, exponent, grouping or blank. More decimals than the currency has are a fault even
 * where they are zeros, as ISO 20022's CurrencyAmount rule has it: "1.000" of EUR may be a thousand in another country's
 * hand. Fewer are fine, as are leading zeros and ".5". The fault goes after the name of the field: "amount has ...".
 */
export const decimalToMinor = (text: string, currency: Currency): { amount: Minor } | { fault: string } => {
  if (text === '') return { fault: 'is empty' };
  if (text.length > MAX_LENGTH) return { fault: `has more than ${MAX_LENGTH} characters` };
  const match = /^([0-9]*)(?:\.([0-9]*))?$/.exec(text);
  if (match === null || text === '.') return { fault: notANumber(text) };
  const [, whole = '', decimals = ''] = match;
  const exponent = exponentOf(currency);
  if (decimals.length > exponent)
    return {
      fault: `has ${decimals.length} decimals, ${currency} has ${exponent === 0 ? 'none' : exponent}`,
    };
  const amount = BigInt(whole + decimals.padEnd(exponent, '0'));
  if (amount === 0n) return { fault: 'must be more than zero' };
  if (amount > MOST) return { fault: `must not be more than ${minorToDecimal(MOST, currency)}` };
  return { amount };
};

const notANumber = (text: string): string => {
  if (/^-[0-9.]+$/.test(text)) return 'is negative: refunds and credits can not be paid out';
  if (text.includes(',')) return 'must have a point before its decimals and no commas, as in 12.50';
  return 'must be a plain decimal number, as in 12.50';
};

/** The decimal number in major units, with all of the currency's decimals: 1250n of EUR is "12.50". Not for negatives. */
export const minorToDecimal = (amount: Minor, currency: Currency): string => {
  const exponent = exponentOf(currency);
  const digits = amount.toString().padStart(exponent + 1, '0');
  return exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
};
