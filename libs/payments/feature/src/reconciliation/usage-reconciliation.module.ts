import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { DirectoryModule } from '@financeops/tenancy/directory';
import { UsageModule } from '@financeops/usage';
import { PaymentRepository } from '../payment/payment.repository';
import { PaymentsOfAllRepository } from '../payment/payments-of-all.repository';
import { Payment, PaymentSchema } from '../payment/payment.schema';
import { OwnerlessPaymentsJob } from './ownerless-payments.job';
import { Turn, TurnSchema } from './turn.schema';
import { Turns } from './turns';
import { UsageDifference, UsageDifferenceSchema } from './usage-difference.schema';
import { UsageDifferences } from './usage-differences';
import { UsageReconciliationJob } from './usage-reconciliation.job';
import { UsageReconciliation } from './usage-reconciliation.service';

/** Reconciliation of usage with payments, to be run: for the command. */
@Module({
  imports: [
    DirectoryModule,
    UsageModule,
    MongooseModule.forFeature([
      { name: Payment.name, schema: PaymentSchema },
      { name: UsageDifference.name, schema: UsageDifferenceSchema },
    ]),
  ],
  providers: [
    PaymentRepository,
    PaymentsOfAllRepository,
    UsageDifferences,
    UsageReconciliation,
    OwnerlessPaymentsJob,
  ],
  exports: [UsageReconciliation, OwnerlessPaymentsJob],
})
export class UsageReconciliationModule {}

/** The same at work by itself, on its schedule: for a process of which there may be many. */
@Module({
  imports: [UsageReconciliationModule, MongooseModule.forFeature([{ name: Turn.name, schema: TurnSchema }])],
  providers: [Turns, UsageReconciliationJob],
})
export class UsageReconciliationJobModule {}
