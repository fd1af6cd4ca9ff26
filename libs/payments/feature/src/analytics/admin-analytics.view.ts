import { ApiProperty } from '@nestjs/swagger';
import type { Currency, Minor, Money } from '@financeops/core/money';
import type { TierFigure } from '@financeops/payments/domain';

class MoneyView implements Money {
  @ApiProperty({ type: 'integer', description: 'In minor units, exact; may exceed 2^53', example: 125000 })
  amount!: Minor;

  @ApiProperty({ type: String, example: 'EUR' })
  currency!: Currency;
}

class TierFigureView implements TierFigure {
  @ApiProperty({
    type: String,
    enum: ['STARTER', 'PROFESSIONAL', 'ENTERPRISE', 'OTHER'],
    description: 'OTHER: tiers of fewer than five paying tenants, together',
    example: 'STARTER',
  })
  tier!: string;

  @ApiProperty({
    type: 'integer',
    minimum: 5,
    description: 'Tenants with payments in the period',
    example: 8,
  })
  tenants!: number;

  @ApiProperty({ type: 'integer', description: 'In all currencies and statuses', example: 412 })
  payments!: number;

  @ApiProperty({
    type: MoneyView,
    isArray: true,
    description: 'Sums in currencies that at least five of the tenants used',
  })
  amounts!: MoneyView[];
}

export class AdminAnalyticsView {
  @ApiProperty({ type: TierFigureView, isArray: true })
  data!: TierFigureView[];
}
