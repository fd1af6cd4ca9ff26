import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { TenantContextModule } from '@financeops/tenancy/context';
import { UsageCounters } from './billing/usage-counters';
import { UsageSnapshot, UsageSnapshotSchema } from './billing/usage-snapshot.schema';
import { UsageSnapshotStore } from './billing/usage-snapshot.store';
import { UsageSnapshots } from './billing/usage-snapshots.service';
import { UsageRecorder } from './usage-recorder';
import { UsageTrackerService } from './usage-tracker.service';

/** Metering without routes: for every process. */
@Module({
  imports: [
    TenantContextModule,
    MongooseModule.forFeature([{ name: UsageSnapshot.name, schema: UsageSnapshotSchema }]),
  ],
  providers: [UsageTrackerService, UsageRecorder, UsageCounters, UsageSnapshots, UsageSnapshotStore],
  exports: [UsageTrackerService, UsageRecorder, UsageCounters, UsageSnapshotStore],
})
export class UsageModule {}
