import { ValidateBy } from 'class-validator';
import { textFault, type TextLimits } from '@financeops/payments/domain';

export const IsText = (limits: TextLimits): PropertyDecorator =>
  ValidateBy({
    name: 'isText',
    validator: {
      validate: (value: unknown) => textFault(value, limits) === null,
      defaultMessage: (args) => textFault(args?.value, limits) ?? '',
    },
  });
