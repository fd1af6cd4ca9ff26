import { ApiProperty } from '@nestjs/swagger';
import { PageOf } from '@financeops/core/http';
import type { Currency, Minor } from '@financeops/core/money';
import { PAYMENT_STATUSES, type PaymentStatus } from '@financeops/payments/domain';
import { PaymentView } from '../../payment/payment.view';

export class PaymentPageView extends PageOf(PaymentView) {}

export class PaymentStatView {
  @ApiProperty({ enum: PAYMENT_STATUSES, example: 'COMPLETED' })
  status!: PaymentStatus;

  @ApiProperty({ type: String, example: 'EUR' })
  currency!: Currency;

  @ApiProperty({ type: 'integer', example: 17 })
  count!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Sum in minor units, exact; may exceed 2^53',
    example: 21250,
  })
  amount!: Minor;
}

export class PaymentStatsView {
  @ApiProperty({ type: PaymentStatView, isArray: true })
  data!: PaymentStatView[];
}
