import type { Reply } from '@financeops/idempotency';
import type { Payment } from './payment.schema';
import { paymentView, type PaymentView } from './payment.view';

/** What POST /v1/payments answers: at once, at a replay, and when the recovery finished it. */
export const createdReply = (payment: Payment): Reply<PaymentView> => ({
  body: paymentView(payment),
  location: `/v1/payments/${payment._id.toHexString()}`,
});
