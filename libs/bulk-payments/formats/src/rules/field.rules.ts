import {
  DESCRIPTION_LIMITS,
  PAYMENT_METHODS,
  REFERENCE_LIMITS,
  textFault,
  type PaymentMethod,
  type TextLimits,
} from '@financeops/payments/domain';

/** ISO 20022's Max140Text, the length of a party's name in a payment message. */
const CREDITOR_NAME_LIMITS: TextLimits = { max: 140 };

export const isPaymentMethod = (value: unknown): value is PaymentMethod =>
  PAYMENT_METHODS.includes(value as PaymentMethod);

/** What is wrong with a field, or null: a reference and a description are bound as any payment's are. */
export const referenceFault = (value: unknown): string | null => textFault(value, REFERENCE_LIMITS);
export const descriptionFault = (value: unknown): string | null => textFault(value, DESCRIPTION_LIMITS);
export const creditorNameFault = (value: unknown): string | null => textFault(value, CREDITOR_NAME_LIMITS);
