import { Module } from '@nestjs/common';
import { BulkStorageModule } from './bulk-storage.module';
import { BulkProcessor } from './processing/bulk-processor';
import { BulkWorker } from './processing/bulk-worker';
import { UploadSweeper } from './upload/upload-sweeper';

/** The worker's part: accepted files are paid, and broken uploads swept away. */
@Module({
  imports: [BulkStorageModule],
  providers: [BulkProcessor, BulkWorker, UploadSweeper],
})
export class BulkWorkerModule {}
