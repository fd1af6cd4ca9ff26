import type { Minor } from '@financeops/core/money';
import type { BulkItem } from './bulk-item.schema';

/** A line with an amount and a currency. Every line is, except REJECTED ones. */
export type PayableItem = BulkItem & { amount: Minor; currency: string };

export const isPayable = (item: BulkItem): item is PayableItem =>
  item.amount !== null && item.currency !== null;
