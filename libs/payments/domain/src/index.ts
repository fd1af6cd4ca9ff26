export { canCancel, canDelete, canMove, PAYMENT_STATUSES, type PaymentStatus } from './payment-state.rules';
export { metadataCardFaults, metadataFaults, type Metadata } from './metadata.rules';
export {
  AMOUNT_FAULTS,
  captureFault,
  CURRENCY_FAULT,
  DESCRIPTION_LIMITS,
  MAX_AMOUNT,
  METHOD_FAULT,
  PAYMENT_METHODS,
  REFERENCE_LIMITS,
  textFault,
  type PaymentMethod,
  type TextLimits,
} from './payment-field.rules';
export { quotaPeriod, secondsToMonthEnd, thresholdsReached, type UsageThreshold } from './quota.rules';
export { byTierAnonymised, SMALLEST_GROUP, type TenantFigure, type TierFigure } from './small-groups.rules';
export { INTERVAL_FORMAT, intervalStart, INTERVALS, type Interval } from './interval.rules';
