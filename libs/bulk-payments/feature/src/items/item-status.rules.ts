import type { BulkItem, ItemError, ItemState } from './bulk-item.schema';

export const ITEM_STATUSES = ['PENDING', 'COMPLETED', 'FAILED', 'REJECTED'] as const;
export type ItemStatus = (typeof ITEM_STATUSES)[number];

const SHOWN: Readonly<Record<ItemState, ItemStatus>> = {
  PENDING: 'PENDING',
  PROCESSING: 'PENDING',
  UNRESOLVED: 'PENDING',
  COMPLETED: 'COMPLETED',
  FAILED: 'FAILED',
  REJECTED: 'REJECTED',
};

/** Whether a good line got no place in the month's quota. Such lines are never touched; this rule rejects them. */
const isOverQuota = ({ ordinal }: Pick<BulkItem, 'ordinal'>, granted: number): boolean =>
  ordinal !== null && ordinal > granted;

/** A line's status as clients see it. */
export const statusOfItem = (item: Pick<BulkItem, 'ordinal' | 'state'>, granted: number): ItemStatus =>
  isOverQuota(item, granted) ? 'REJECTED' : SHOWN[item.state];

/** The condition that finds lines of a status. */
export const withStatus = (status: ItemStatus, granted: number) => {
  const states = (Object.keys(SHOWN) as ItemState[]).filter((state) => SHOWN[state] === status);
  if (status === 'REJECTED') return { $or: [{ state: { $in: states } }, { ordinal: { $gt: granted } }] };
  return { state: { $in: states }, ordinal: { $lte: granted } };
};

/** Why a line beyond the quota was rejected. */
export const OVER_QUOTA: ItemError = {
  code: 'quota-exceeded',
  message: "The month's payments were used up; send the line again next month, or have the limit raised.",
  pointer: null,
  reason: 'NARR',
};

/** Why a line was not paid, or null. */
export const errorOf = (item: Pick<BulkItem, 'ordinal' | 'error'>, granted: number): ItemError | null =>
  isOverQuota(item, granted) ? OVER_QUOTA : item.error;
