/** The calendar month, UTC, that a payment counts in: `YYYY-MM`. */
export const quotaPeriod = (createdAt: Date): string => createdAt.toISOString().slice(0, 7);

/** Whole seconds from `now` until the next month begins (UTC), at least 1: when a used-up quota is whole again. */
export const secondsToMonthEnd = (now: Date): number => {
  const next = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
  return Math.max(1, Math.ceil((next - now.getTime()) / 1000));
};
