import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { IsBound, PageQuery } from '@financeops/core/http';
import { PAYMENT_STATUSES, type PaymentStatus } from '@financeops/payments/domain';
import { IsText } from './text.decorator';

export class ListPaymentsQuery extends PageQuery {
  @ApiPropertyOptional({ type: String, minLength: 1, maxLength: 128, example: 'invoice-2026-0042' })
  @IsOptional()
  @IsText({ min: 1, max: 128, printable: true })
  reference?: string;

  @ApiPropertyOptional({ enum: PAYMENT_STATUSES, example: 'COMPLETED' })
  @IsOptional()
  @IsIn(PAYMENT_STATUSES, { message: `must be one of ${PAYMENT_STATUSES.join(', ')}` })
  status?: PaymentStatus;

  @IsBound('inclusive')
  createdFrom?: string;

  @IsBound('exclusive')
  createdTo?: string;
}
