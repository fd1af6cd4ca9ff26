import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsObject, Max, Min, ValidateBy, ValidateIf } from 'class-validator';
import { CURRENCIES, isCurrency } from '@financeops/core/money';
import {
  AMOUNT_FAULTS,
  captureFault,
  CURRENCY_FAULT,
  DESCRIPTION_LIMITS,
  MAX_AMOUNT,
  METHOD_FAULT,
  PAYMENT_METHODS,
  REFERENCE_LIMITS,
  type PaymentMethod,
} from '@financeops/payments/domain';
import { HasNoCardNumber, IsText } from './text.decorator';

/** May be left out; `null` isn't the same. */
const MayBeAbsent = (): PropertyDecorator => ValidateIf((_, value: unknown) => value !== undefined);

const IsCurrency = (): PropertyDecorator =>
  ValidateBy({
    name: 'isCurrency',
    validator: {
      validate: isCurrency,
      defaultMessage: () => CURRENCY_FAULT,
    },
  });

const IsWholeCapture = (): PropertyDecorator =>
  ValidateBy({
    name: 'isWholeCapture',
    validator: {
      validate: (value: unknown) => captureFault(value) === null,
      defaultMessage: (args) => captureFault(args?.value) ?? '',
    },
  });

export class CreatePaymentDto {
  @ApiProperty({
    type: String,
    minLength: 1,
    maxLength: 128,
    description: 'Your name for the payment, unique per tenant; no control characters',
    example: 'invoice-2026-0042',
  })
  @IsText(REFERENCE_LIMITS)
  reference!: string;

  @ApiProperty({
    type: 'integer',
    format: 'int64',
    minimum: 1,
    maximum: MAX_AMOUNT,
    description: "In the currency's minor unit: 1250 is EUR 12.50, JPY 1250, KWD 1.250",
    example: 1250,
  })
  @Max(MAX_AMOUNT, { message: AMOUNT_FAULTS.most })
  @Min(1, { message: AMOUNT_FAULTS.least })
  @IsInt({ message: AMOUNT_FAULTS.whole })
  amount!: number;

  @ApiProperty({ type: String, enum: CURRENCIES, example: 'EUR' })
  @IsCurrency()
  currency!: string;

  @ApiProperty({ enum: PAYMENT_METHODS, example: 'card' })
  @IsIn(PAYMENT_METHODS, { message: METHOD_FAULT })
  method!: PaymentMethod;

  @ApiPropertyOptional({
    type: String,
    maxLength: 500,
    description: 'No card numbers',
    example: 'Two cups of coffee',
  })
  @MayBeAbsent()
  @HasNoCardNumber()
  @IsText(DESCRIPTION_LIMITS)
  description?: string;

  @ApiPropertyOptional({
    type: 'object',
    maxProperties: 50,
    additionalProperties: { type: 'string', maxLength: 500 },
    description:
      'At most 50 keys of 1 to 40 characters, which may not start with `$` or contain `.`; no card numbers in values. The simulator does what ' +
      '`simulate` says: decline, timeout, error, slow, challenge, dispute, duplicate-callback.',
    example: { orderId: '42' },
  })
  // As it was sent: class-transformer would copy it, and leave out keys.
  @Transform(({ obj, key }) => (obj as Record<string, unknown>)[key])
  @MayBeAbsent()
  @IsObject({ message: 'must be an object' })
  metadata?: Record<string, unknown>;

  @ApiPropertyOptional({
    type: Boolean,
    description: 'Defaults to true. Separate capture is not available yet.',
    example: true,
  })
  @MayBeAbsent()
  @IsWholeCapture()
  capture?: boolean;
}
