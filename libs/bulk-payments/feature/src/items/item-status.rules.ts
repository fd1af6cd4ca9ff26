import type { BulkItem, ItemError, ItemState } from './bulk-item.schema';

export const ITEM_STATUSES = ['PENDING', 'COMPLETED', 'FAILED', 'REJECTED'] as const;
export type ItemStatus = (typeof ITEM_STATUSES)[number];

const STATUS_OF_STATE: Readonly<Record<ItemState, ItemStatus>> = {
  PENDING: 'PENDING',
  PROCESSING: 'PENDING',
  UNRESOLVED: 'PENDING',
  COMPLETED: 'COMPLETED',
  FAILED: 'FAILED',
  REJECTED: 'REJECTED',
};

/** Whether a valid line exceeds the monthly quota. Such lines stay PENDING in the database and are shown as REJECTED. */
const isOverQuota = ({ ordinal }: Pick<BulkItem, 'ordinal'>, granted: number): boolean =>
  ordinal !== null && ordinal > granted;

/** Status of a line in the API. */
export const statusOfItem = (item: Pick<BulkItem, 'ordinal' | 'state'>, granted: number): ItemStatus =>
  isOverQuota(item, granted) ? 'REJECTED' : STATUS_OF_STATE[item.state];

/** Filter for lines with a status. */
export const withStatus = (status: ItemStatus, granted: number) => {
  const states = (Object.keys(STATUS_OF_STATE) as ItemState[]).filter(
    (state) => STATUS_OF_STATE[state] === status,
  );
  if (status === 'REJECTED') return { $or: [{ state: { $in: states } }, { ordinal: { $gt: granted } }] };
  return { state: { $in: states }, ordinal: { $lte: granted } };
};

/** Error of a line beyond the quota. */
const OVER_QUOTA: ItemError = {
  code: 'quota-exceeded',
  message: 'The monthly payment quota is used up. Send the line again next month, or ask for a higher limit.',
  pointer: null,
  reason: 'NARR',
};

/** Why a line was not paid; null when it was, or may still be. */
export const errorOf = (item: Pick<BulkItem, 'ordinal' | 'error'>, granted: number): ItemError | null =>
  isOverQuota(item, granted) ? OVER_QUOTA : item.error;
