import type { Minor } from '@financeops/core/money';

/** In the order of a payment's life. */
export const PAYMENT_STATUSES = [
  'REQUIRES_APPROVAL',
  'PENDING',
  'AUTHORIZED',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
  'DISPUTED',
] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** Every move a payment can make. Each write of a status is checked against it. */
const MOVES: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  REQUIRES_APPROVAL: [
    'PENDING', // approved by all it needs: it goes to the gateway
    'CANCELLED', // rejected by an approver
  ],
  PENDING: [
    'AUTHORIZED', // the gateway holds the money for a later capture
    'COMPLETED', // the gateway authorized and captured in one step
    'FAILED', // the gateway declined, or could not process it
    'CANCELLED', // given up while the gateway's answer was outstanding
  ],
  AUTHORIZED: [
    'COMPLETED', // all is captured, or a capture was the final one
    'FAILED', // the hold ran out at the gateway
    'CANCELLED', // the hold was let go, with nothing captured
  ],
  COMPLETED: [
    'PARTIALLY_REFUNDED', // a part went back
    'REFUNDED', // all went back
    'DISPUTED', // the payer's bank reclaims it
  ],
  PARTIALLY_REFUNDED: [
    'PARTIALLY_REFUNDED', // a further part went back
    'REFUNDED', // the rest went back
    'DISPUTED', // the payer's bank reclaims what is left
  ],
  DISPUTED: [
    'COMPLETED', // won
    'PARTIALLY_REFUNDED', // won, with a part refunded before
    'REFUNDED', // lost
  ],
  FAILED: [], // final: another try is another payment
  CANCELLED: [], // final
  REFUNDED: [], // final: nothing is left to move
};

/** Statuses in which nothing is under way any more, so that the record may be put away. */
const DELETABLE: ReadonlySet<PaymentStatus> = new Set(['COMPLETED', 'FAILED', 'CANCELLED', 'REFUNDED']);

export const canMove = (from: PaymentStatus, to: PaymentStatus): boolean => MOVES[from].includes(to);

/** Whether a client may cancel: before any money was taken. What waits for approval is rejected instead. */
export const canCancel = (payment: { status: PaymentStatus; amountCaptured: Minor }): boolean =>
  (payment.status === 'PENDING' || payment.status === 'AUTHORIZED') && payment.amountCaptured === 0n;

export const canDelete = (status: PaymentStatus): boolean => DELETABLE.has(status);
