import type { Payment } from '../payment/payment.schema';

/** Port to whoever keeps records that follow payments whose outcome was open. */
export abstract class PaymentOutcomeListener {
  /** The payment is no longer open. In the transaction that stores its outcome; what is thrown undoes both. */
  abstract resolved(payment: Payment): Promise<void>;
}
