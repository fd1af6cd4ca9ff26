import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CursorCodec, PageOf, PageQuery, Roles } from '@financeops/core/http';
import { BypassTenantIsolation } from '@financeops/data-access/isolation';
import { TenantRegistry } from '@financeops/tenancy/directory';
import { IsPeriod, UsageTrackerService, UsageView } from '@financeops/usage';

class AdminUsageQuery extends PageQuery {
  @IsPeriod()
  period?: string;
}

class UsagePageView extends PageOf(UsageView) {}

@ApiTags('Platform administration')
@Controller('v1/admin/usage')
export class AdminUsageController {
  constructor(
    private readonly tenants: TenantRegistry,
    private readonly tracker: UsageTrackerService,
    private readonly cursors: CursorCodec,
  ) {}

  @Get()
  @Roles('SUPER_ADMIN')
  @BypassTenantIsolation({ reason: 'Usage of all tenants, for operation and billing' })
  @ApiOperation({
    operationId: 'listTenantUsage',
    summary: 'List the usage of all tenants',
    description: 'In one month; newest tenants first.',
  })
  @ApiOkResponse({ type: UsagePageView })
  async list(@Query() { period, limit, cursor }: AdminUsageQuery): Promise<UsagePageView> {
    const binding = ['admin/usage', period ?? null];
    const after = cursor === undefined ? null : this.cursors.decode(cursor, binding);
    const { tenants, next } = await this.tenants.page(limit, after);
    return {
      data: await this.tracker.getSummaries(tenants, period),
      nextCursor: next === null ? null : this.cursors.encode(next, binding),
    };
  }
}
