import {
  DESCRIPTION_LIMITS,
  PAYMENT_METHODS,
  REFERENCE_LIMITS,
  textFault,
  type PaymentMethod,
  type TextLimits,
} from '@financeops/payments/domain';

/** ISO 20022 Max140Text, the type of a party's name. */
const CREDITOR_NAME_LIMITS: TextLimits = { max: 140 };

export const isPaymentMethod = (value: unknown): value is PaymentMethod =>
  PAYMENT_METHODS.includes(value as PaymentMethod);

/** Validators: null, or a message that follows the field's name. The limits are those of every payment. */
export const referenceError = (value: unknown): string | null => textFault(value, REFERENCE_LIMITS);
export const descriptionError = (value: unknown): string | null => textFault(value, DESCRIPTION_LIMITS);
export const creditorNameError = (value: unknown): string | null => textFault(value, CREDITOR_NAME_LIMITS);
