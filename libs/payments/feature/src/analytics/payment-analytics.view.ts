import { ApiProperty } from '@nestjs/swagger';
import { PaymentStatView } from '../api/dto/payment-page.view';

class PaymentFigureView extends PaymentStatView {
  @ApiProperty({ type: String, format: 'date-time', description: 'Start of the interval, in UTC' })
  start!: string;
}

export class PaymentAnalyticsView {
  @ApiProperty({ type: PaymentFigureView, isArray: true })
  data!: PaymentFigureView[];
}
