import { ValidateBy } from 'class-validator';
import { CARD_NUMBER_FAULT, hasCardNumber } from '@financeops/core/card-numbers';
import { textFault, type TextLimits } from '@financeops/payments/domain';

export const IsText = (limits: TextLimits): PropertyDecorator =>
  ValidateBy({
    name: 'isText',
    validator: {
      validate: (value: unknown) => textFault(value, limits) === null,
      defaultMessage: (args) => textFault(args?.value, limits) ?? '',
    },
  });

/** The value is not repeated in the message. */
export const HasNoCardNumber = (): PropertyDecorator =>
  ValidateBy({
    name: 'hasNoCardNumber',
    validator: {
      validate: (value: unknown) => typeof value !== 'string' || !hasCardNumber(value),
      defaultMessage: () => CARD_NUMBER_FAULT,
    },
  });
