import { Module } from '@nestjs/common';
import { UnresolvedPaymentsModule } from '@financeops/payments/feature';
import { BulkStorageModule } from './bulk-storage.module';
import { BulkProcessor } from './processing/bulk-processor';
import { BulkWorker } from './processing/bulk-worker';
import { BulkItemUpdaterModule } from './processing/bulk-item-updater.module';
import { UploadSweeper } from './upload/upload-sweeper';

/** The worker's part: pays accepted files, removes abandoned uploads, and resolves unknown outcomes. */
@Module({
  imports: [BulkStorageModule, UnresolvedPaymentsModule.forRoot([BulkItemUpdaterModule])],
  providers: [BulkProcessor, BulkWorker, UploadSweeper],
})
export class BulkWorkerModule {}
