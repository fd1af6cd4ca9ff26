import { Module } from '@nestjs/common';
import { BulkPaymentsController } from './api/bulk-payments.controller';
import { BulkReportController } from './api/bulk-report.controller';
import { BulkStorageModule } from './bulk-storage.module';
import { BulkQueries } from './report/bulk-queries.service';
import { BulkReports } from './report/bulk-reports.service';
import { BulkAcceptance } from './upload/bulk-acceptance';
import { BulkUploadService } from './upload/bulk-upload.service';

/** The API's part: uploads and queries. */
@Module({
  imports: [BulkStorageModule],
  controllers: [BulkPaymentsController, BulkReportController],
  providers: [BulkUploadService, BulkAcceptance, BulkQueries, BulkReports],
})
export class BulkPaymentsModule {}
