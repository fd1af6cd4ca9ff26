export { PaymentBatchService, type BatchOrder, type BatchOutcomes } from './batch/payment-batch.service';
export { PaymentRepository } from './payment/payment.repository';
export type { Payment } from './payment/payment.schema';
export { PaymentsCoreModule, PaymentsModule } from './payments.module';
export { QuotaService } from './quota/quota.service';
export { OwnerlessPaymentsJob } from './reconciliation/ownerless-payments.job';
export {
  UsageReconciliationJobModule,
  UsageReconciliationModule,
} from './reconciliation/usage-reconciliation.module';
export { UsageReconciliation } from './reconciliation/usage-reconciliation.service';
export { PaymentOutcomeListener } from './unresolved/payment-outcome-listener';
export { UnresolvedPaymentsJob } from './unresolved/unresolved-payments.job';
export { UnresolvedPaymentsModule } from './unresolved/unresolved-payments.module';
