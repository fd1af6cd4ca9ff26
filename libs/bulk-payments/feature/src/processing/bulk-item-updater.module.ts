import { Module } from '@nestjs/common';
import { PaymentOutcomeListener } from '@financeops/payments/feature';
import { BulkStorageModule } from '../bulk-storage.module';
import { BulkItemUpdater } from './bulk-item-updater';

/** What follows payments without an answer: the lines of files. */
@Module({
  imports: [BulkStorageModule],
  providers: [{ provide: PaymentOutcomeListener, useClass: BulkItemUpdater }],
  exports: [PaymentOutcomeListener],
})
export class BulkItemUpdaterModule {}
