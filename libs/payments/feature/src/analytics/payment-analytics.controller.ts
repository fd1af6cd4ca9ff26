import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { ValidationError } from '@financeops/core/errors';
import { AnyRole, RequireFeature } from '@financeops/core/http';
import { INTERVALS, type Interval } from '@financeops/payments/domain';
import { PeriodQuery, toPeriod } from '../api/dto/period.query';
import { PaymentRepository } from '../payment/payment.repository';
import { PaymentAnalyticsView } from './payment-analytics.view';

/** More rows than a chart can show, and a bound to what one request may hold in memory. */
const MAX_ROWS = 10_000;

class PaymentAnalyticsQuery extends PeriodQuery {
  @ApiPropertyOptional({ enum: INTERVALS, default: 'day', description: 'In UTC; weeks start on Monday' })
  @IsIn(INTERVALS, { message: `must be one of ${INTERVALS.join(', ')}` })
  interval: Interval = 'day';
}

@ApiTags('Analytics')
@Controller('v1/analytics/payments')
export class PaymentAnalyticsController {
  constructor(private readonly payments: PaymentRepository) {}

  @Get()
  @AnyRole()
  @RequireFeature('analytics')
  @ApiOperation({
    operationId: 'getPaymentAnalytics',
    summary: 'Get payment figures over time',
    description: 'By interval, status and currency, oldest first.',
  })
  @ApiOkResponse({ type: PaymentAnalyticsView })
  async read(@Query() { interval, from, to }: PaymentAnalyticsQuery): Promise<PaymentAnalyticsView> {
    const figures = await this.payments.getAnalytics(interval, toPeriod(from, to), MAX_ROWS + 1);
    if (figures.length > MAX_ROWS) {
      throw new ValidationError([
        {
          parameter: 'interval',
          message: `gives more than ${MAX_ROWS} rows: ask for a shorter period or a longer interval`,
        },
      ]);
    }
    return { data: figures.map(({ start, ...figure }) => ({ start: start.toISOString(), ...figure })) };
  }
}
