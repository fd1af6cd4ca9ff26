import { randomBytes } from 'node:crypto';

/** The body of a POST /v1/payments that is in order, with what a test says otherwise. */
export const aPayment = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  reference: `ref-${randomBytes(8).toString('hex')}`,
  amount: 1250,
  currency: 'EUR',
  method: 'card',
  ...over,
});

/** The same, with what the simulator is to do. */
export const aPaymentTold = (simulate: string, over: Record<string, unknown> = {}): Record<string, unknown> =>
  aPayment({ metadata: { simulate }, ...over });
