import type { Currency } from './currency';

/** An amount in the minor unit of its currency: 1250n of EUR is 12.50, of JPY 1250, of KWD 1.250. */
export type Minor = bigint;

/** An amount with its currency. */
export interface Money {
  amount: Minor;
  currency: Currency;
}

/** @throws RangeError for a number that is not an exact integer: amounts are never rounded. */
export const toMinor = (amount: number): Minor => {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`Not an exact integer of minor units: ${amount}`);
  return BigInt(amount);
};

/** The JSON number of an amount. @throws RangeError above 2^53 - 1, where a JSON number is not exact. */
export const toJsonInteger = (amount: Minor): number => {
  const number = Number(amount);
  if (!Number.isSafeInteger(number)) throw new RangeError(`Too large for an exact JSON number: ${amount}`);
  return number;
};
