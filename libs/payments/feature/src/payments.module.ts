import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuditModule } from '@financeops/audit';
import { IdempotencyModule } from '@financeops/idempotency';
import { GatewaysModule } from '@financeops/gateways';
import { DirectoryModule } from '@financeops/tenancy/directory';
import { UsageModule } from '@financeops/usage';
import { AdminAnalyticsController } from './analytics/admin-analytics.controller';
import { PaymentAnalyticsController } from './analytics/payment-analytics.controller';
import { PaymentBatchService } from './batch/payment-batch.service';
import { PaymentsController } from './api/payments.controller';
import { PaymentAudit } from './payment/payment-audit';
import { PaymentRepository } from './payment/payment.repository';
import { PaymentsOfAllRepository } from './payment/payments-of-all.repository';
import { Payment, PaymentSchema } from './payment/payment.schema';
import { PaymentsService } from './payment/payments.service';
import { SettlementService } from './payment/settlement.service';
import { MonthlyQuotaRepository } from './quota/monthly-quota.repository';
import { MonthlyQuota, MonthlyQuotaSchema } from './quota/monthly-quota.schema';
import { QuotaAudit } from './quota/quota-audit';
import { QuotaThresholds } from './quota/quota-thresholds.service';
import { QuotaService } from './quota/quota.service';
import { PaymentRecoveryService } from './recovery/payment-recovery.service';
import { PendingCharge, PendingChargeSchema } from './recovery/pending-charge.schema';
import { PendingChargeStore } from './recovery/pending-charge.store';
import { UnresolvedPayment, UnresolvedPaymentSchema } from './unresolved/unresolved-payment.schema';
import { UnresolvedPayments } from './unresolved/unresolved-payments';

/** Payments without their routes: what other features, and processes that serve nobody, build on. */
@Module({
  imports: [
    AuditModule,
    DirectoryModule,
    GatewaysModule,
    IdempotencyModule,
    UsageModule,
    MongooseModule.forFeature([
      { name: Payment.name, schema: PaymentSchema },
      { name: MonthlyQuota.name, schema: MonthlyQuotaSchema },
      { name: PendingCharge.name, schema: PendingChargeSchema },
      { name: UnresolvedPayment.name, schema: UnresolvedPaymentSchema },
    ]),
  ],
  providers: [
    PaymentRepository,
    PaymentsOfAllRepository,
    PaymentAudit,
    PaymentsService,
    SettlementService,
    PendingChargeStore,
    UnresolvedPayments,
    MonthlyQuotaRepository,
    QuotaAudit,
    QuotaThresholds,
    QuotaService,
    PaymentBatchService,
  ],
  exports: [
    PaymentRepository,
    PaymentsOfAllRepository,
    PaymentsService,
    SettlementService,
    PendingChargeStore,
    UnresolvedPayments,
    PaymentBatchService,
    QuotaService,
    DirectoryModule,
    GatewaysModule,
  ],
})
export class PaymentsCoreModule {}

/** The API's part: the routes, and the recovery of what a dead process left. */
@Module({
  imports: [PaymentsCoreModule],
  controllers: [PaymentsController, AdminAnalyticsController, PaymentAnalyticsController],
  providers: [PaymentRecoveryService],
})
export class PaymentsModule {}
