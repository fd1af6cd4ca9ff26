import type { ItemError } from './bulk-item.schema';

/** Error of a line whose payment failed at the gateway. */
export const failedAtGateway = (failure: { code: string; message: string }): ItemError => ({
  ...failure,
  pointer: null,
  reason: 'NARR',
});

/** Error of a line whose payment was cancelled before the gateway answered. */
export const CANCELLED_LINE: ItemError = {
  code: 'cancelled',
  message: 'The payment was cancelled.',
  pointer: null,
  reason: 'NARR',
};
