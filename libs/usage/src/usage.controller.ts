import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AnyRole } from '@financeops/core/http';
import { UsageQuery } from './dto/usage.query';
import { UsageView } from './dto/usage.view';
import { UsageTrackerService } from './usage-tracker.service';

@ApiTags('Usage')
@Controller('v1/usage')
export class UsageController {
  constructor(private readonly tracker: UsageTrackerService) {}

  @Get()
  @AnyRole()
  @ApiOperation({
    operationId: 'getUsage',
    summary: 'Get the usage of the tenant',
    description: 'In one month, with its limits.',
  })
  @ApiOkResponse({ type: UsageView })
  get(@Query() { period }: UsageQuery): Promise<UsageView> {
    return this.tracker.getSummary(period);
  }
}
