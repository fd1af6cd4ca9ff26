import { Module } from '@nestjs/common';
import { OutcomeFollower } from '@financeops/payments/feature';
import { BulkStorageModule } from '../bulk-storage.module';
import { LineFollower } from './line-follower';

/** What follows payments without an answer: the lines of files. */
@Module({
  imports: [BulkStorageModule],
  providers: [{ provide: OutcomeFollower, useClass: LineFollower }],
  exports: [OutcomeFollower],
})
export class LineFollowerModule {}
