/** The calendar month, UTC, that a payment counts in: `YYYY-MM`. */
export const quotaPeriod = (createdAt: Date): string => createdAt.toISOString().slice(0, 7);

/** Percent of the monthly limit at which a tenant is told. */
const USAGE_THRESHOLDS = [80, 100] as const;
export type UsageThreshold = (typeof USAGE_THRESHOLDS)[number];

/** The thresholds that `used` of `limit` has reached, less those in `raised`. Of a limit of 0 all is used. */
export const thresholdsReached = (
  used: number,
  limit: number,
  raised: readonly number[] = [],
): UsageThreshold[] =>
  USAGE_THRESHOLDS.filter((percent) => used * 100 >= percent * limit && !raised.includes(percent));

/** Whole seconds from `now` until the next month begins (UTC), at least 1: when a used-up quota is whole again. */
export const secondsToMonthEnd = (now: Date): number => {
  const next = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
  return Math.max(1, Math.ceil((next - now.getTime()) / 1000));
};
