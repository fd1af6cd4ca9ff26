import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Roles } from '@financeops/core/http';
import { BypassTenantIsolation } from '@financeops/data-access/isolation';
import { byTierAnonymised } from '@financeops/payments/domain';
import { TenantRegistry } from '@financeops/tenancy/directory';
import { PeriodQuery, toPeriod } from '../api/dto/period.query';
import { PaymentsOfAllRepository } from '../payment/payments-of-all.repository';
import { AdminAnalyticsView } from './admin-analytics.view';

@ApiTags('Platform administration')
@Controller('v1/admin/analytics')
export class AdminAnalyticsController {
  constructor(
    private readonly payments: PaymentsOfAllRepository,
    private readonly tenants: TenantRegistry,
  ) {}

  @Get()
  @Roles('SUPER_ADMIN')
  @BypassTenantIsolation({ reason: 'Analytics of the platform by tier, of groups of five tenants or more' })
  @ApiOperation({
    operationId: 'getPlatformAnalytics',
    summary: 'Get payment figures of all tenants, by tier',
    description: 'Groups of fewer than five tenants are merged or left out.',
  })
  @ApiOkResponse({ type: AdminAnalyticsView })
  async read(@Query() { from, to }: PeriodQuery): Promise<AdminAnalyticsView> {
    const dedicated = await this.tenants.dedicated();
    const figures = await this.payments.figuresOfAllTenants(toPeriod(from, to), dedicated);
    return { data: byTierAnonymised(figures) };
  }
}
