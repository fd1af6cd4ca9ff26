import { Module } from '@nestjs/common';
import { StorageMeter } from '@financeops/data-access/isolation';
import { UsageModule, UsageTrackerService } from '@financeops/usage';

/** Repositories report the size of what they write; usage counts it. */
@Module({
  imports: [UsageModule],
  providers: [{ provide: StorageMeter, useExisting: UsageTrackerService }],
  exports: [StorageMeter],
})
export class StoragePort {}
