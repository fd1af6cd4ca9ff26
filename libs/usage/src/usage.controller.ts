import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { AnyRole } from '@financeops/core/http';
import { UsageQuery } from './dto/usage.query';
import { UsageView } from './dto/usage.view';
import { UsageTrackerService } from './usage-tracker.service';

@ApiTags('usage')
@ApiBearerAuth('bearer')
@ApiSecurity('apiKey')
@Controller('v1/usage')
export class UsageController {
  constructor(private readonly tracker: UsageTrackerService) {}

  @Get()
  @AnyRole()
  @ApiOperation({ summary: 'What the tenant has used in a month, beside its limits' })
  @ApiOkResponse({ type: UsageView })
  get(@Query() { period }: UsageQuery): Promise<UsageView> {
    return this.tracker.getSummary(period);
  }
}
