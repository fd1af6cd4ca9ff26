export { FILE_MEDIA_TYPES, FILE_ROUTE, notAFile, refuseTooLarge } from './api/file-reader';
export { BulkPaymentsModule } from './bulk-payments.module';
export { BulkWorkerModule } from './bulk-worker.module';
