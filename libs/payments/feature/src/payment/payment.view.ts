import { ApiProperty } from '@nestjs/swagger';
import { toJsonInteger } from '@financeops/core/money';
import type { ChargeFailure } from '@financeops/gateways';
import {
  PAYMENT_METHODS,
  PAYMENT_STATUSES,
  type Metadata,
  type PaymentMethod,
  type PaymentStatus,
} from '@financeops/payments/domain';
import type { Payment } from './payment.schema';

class FailureView implements ChargeFailure {
  @ApiProperty({ type: String, example: 'card_declined' })
  code!: string;

  @ApiProperty({ type: String, example: 'The card was declined.' })
  message!: string;
}

export class PaymentView {
  @ApiProperty({ type: String, example: '665f1f77bcf86cd799439011' })
  id!: string;

  @ApiProperty({ type: String, example: '665f1f77bcf86cd799439000' })
  tenantId!: string;

  @ApiProperty({ type: String, example: 'invoice-2026-0042' })
  reference!: string;

  @ApiProperty({
    type: 'integer',
    format: 'int64',
    description: "In the currency's minor unit",
    example: 1250,
  })
  amount!: number;

  @ApiProperty({ type: String, example: 'EUR' })
  currency!: string;

  @ApiProperty({ enum: PAYMENT_STATUSES, example: 'COMPLETED' })
  status!: PaymentStatus;

  @ApiProperty({ enum: PAYMENT_METHODS, example: 'card' })
  method!: PaymentMethod;

  @ApiProperty({ type: String, example: 'simulator' })
  gateway!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Two cups of coffee' })
  description!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { orderId: '42' },
  })
  metadata!: Metadata;

  @ApiProperty({ type: 'integer', format: 'int64', example: 1250 })
  amountCaptured!: number;

  @ApiProperty({ type: 'integer', format: 'int64', example: 0 })
  amountRefunded!: number;

  @ApiProperty({ type: FailureView, nullable: true, description: 'Why the payment is FAILED', example: null })
  failure!: FailureView | null;

  @ApiProperty({
    type: String,
    description: 'The user or API key that created it',
    example: '665f1f77bcf86cd799439022',
  })
  createdBy!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-24T09:30:00.120Z' })
  updatedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  deletedAt!: string | null;
}

/** A client's keys and values as an object. */
export const metadataOf = (payment: Payment): Metadata =>
  Object.fromEntries(payment.metadata.map(({ k, v }) => [k, v]));

export const paymentView = (payment: Payment): PaymentView => ({
  id: payment._id.toHexString(),
  tenantId: payment.tenantId.toHexString(),
  reference: payment.reference,
  amount: toJsonInteger(payment.amount),
  currency: payment.currency,
  status: payment.status,
  method: payment.method,
  gateway: payment.gateway,
  description: payment.description,
  metadata: metadataOf(payment),
  amountCaptured: toJsonInteger(payment.amountCaptured),
  amountRefunded: toJsonInteger(payment.amountRefunded),
  failure: payment.failure === null ? null : { code: payment.failure.code, message: payment.failure.message },
  createdBy: payment.createdBy,
  createdAt: payment.createdAt.toISOString(),
  updatedAt: payment.updatedAt.toISOString(),
  deletedAt: payment.deletedAt?.toISOString() ?? null,
});
