export { readIdempotencyKey } from './idempotency/idempotency-key';
export { PaymentRepository } from './payment/payment.repository';
export { PaymentsModule } from './payments.module';
