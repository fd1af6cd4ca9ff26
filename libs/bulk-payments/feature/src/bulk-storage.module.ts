import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { PaymentsCoreModule } from '@financeops/payments/feature';
import { DirectoryModule } from '@financeops/tenancy/directory';
import { BulkPaymentRepository } from './batch/bulk-payment.repository';
import { BulkPayment, BulkPaymentSchema } from './batch/bulk-payment.schema';
import { BulkItemRepository } from './items/bulk-item.repository';
import { BulkItem, BulkItemSchema } from './items/bulk-item.schema';
import { BulkTurn, BulkTurnSchema } from './processing/bulk-turn.schema';
import { BulkTurns } from './processing/bulk-turns';
import { BulkUpload, BulkUploadSchema } from './upload/bulk-upload.schema';
import { BulkUploads } from './upload/bulk-uploads';

const REPOSITORIES = [BulkPaymentRepository, BulkItemRepository, BulkTurns, BulkUploads];

/** Collections of bulk payments, shared by API and worker. */
@Module({
  imports: [
    DirectoryModule,
    PaymentsCoreModule,
    MongooseModule.forFeature([
      { name: BulkPayment.name, schema: BulkPaymentSchema },
      { name: BulkItem.name, schema: BulkItemSchema },
      { name: BulkTurn.name, schema: BulkTurnSchema },
      { name: BulkUpload.name, schema: BulkUploadSchema },
    ]),
  ],
  providers: REPOSITORIES,
  exports: [DirectoryModule, PaymentsCoreModule, ...REPOSITORIES],
})
export class BulkStorageModule {}
