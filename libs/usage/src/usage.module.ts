import { Global, Module } from '@nestjs/common';
import { TenantContextModule } from '@financeops/tenancy/context';
import { UsageController } from './usage.controller';
import { UsageRecorder } from './usage-recorder';
import { UsageTrackerService } from './usage-tracker.service';

@Global()
@Module({
  imports: [TenantContextModule],
  controllers: [UsageController],
  providers: [UsageTrackerService, UsageRecorder],
  exports: [UsageTrackerService, UsageRecorder],
})
export class UsageModule {}
