import type { Minor } from '@financeops/core/money';

/** `from` inclusive, `to` exclusive; an open end is left out. */
export interface Period {
  from?: Date | undefined;
  to?: Date | undefined;
}

export const createdIn = ({ from, to }: Period): { createdAt?: { $gte?: Date; $lt?: Date } } =>
  from === undefined && to === undefined
    ? {}
    : {
        createdAt: {
          ...(from === undefined ? {} : { $gte: from }),
          ...(to === undefined ? {} : { $lt: to }),
        },
      };

/** A sum as MongoDB's decimals give it: 34 digits, where its 64-bit integers would turn into doubles beyond 9.2e18. */
export interface DecimalSum {
  amount: { toString(): string };
}

export const exactSum = { $sum: { $toDecimal: '$amount' } };
export const toMinorSum = ({ amount }: DecimalSum): Minor => BigInt(amount.toString());
