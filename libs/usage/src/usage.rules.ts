import type { Limit, TierLimits } from '@financeops/tenancy/context';
import type { UsageCounts } from './usage.metrics';

/** A month from 2000-01 to 2099-12, as `YYYY-MM`. */
export const PERIOD = /^20\d{2}-(0[1-9]|1[0-2])$/;

/** When a month (`YYYY-MM`) begins, in UTC. */
export const monthStart = (period: string): Date => new Date(`${period}-01T00:00:00Z`);

const HOUR_MS = 3_600_000;
let [knownHour, knownMonth] = [NaN, ''];

/** The month (UTC) of a time in Unix milliseconds. Asked for every reply, so the last hour's is remembered. */
export const monthOf = (unixMs: number): string => {
  const hour = Math.floor(unixMs / HOUR_MS);
  if (hour !== knownHour) [knownHour, knownMonth] = [hour, new Date(unixMs).toISOString().slice(0, 7)];
  return knownMonth;
};

export interface UsageSummary {
  tenantId: string;
  /** `YYYY-MM`, UTC. */
  period: string;
  usage: { apiCalls: number; transactions: number; storageBytes: number; bandwidthBytes: number };
  limits: {
    /** `null`: no limit, and then `unlimited` is true. */
    maxTransactionsPerMonth: Limit;
    /** With two decimals; 0 for an unlimited tenant. */
    transactionPercentUsed: number;
    unlimited?: true;
  };
}

/** `used` as a percentage of `limit`, rounded to two decimals. All of nothing is 100. */
export const percentUsed = (used: number, limit: number): number =>
  limit === 0 ? 100 : Math.round((used / limit) * 10_000) / 100;

export const summarize = (
  tenantId: string,
  period: string,
  counts: UsageCounts,
  { maxTransactionsPerMonth }: Pick<TierLimits, 'maxTransactionsPerMonth'>,
): UsageSummary => ({
  tenantId,
  period,
  usage: {
    apiCalls: counts.api_calls,
    transactions: counts.transactions,
    // A month in which more was freed than stored gained nothing.
    storageBytes: Math.max(0, counts.storage_bytes),
    bandwidthBytes: counts.bandwidth_bytes,
  },
  limits:
    maxTransactionsPerMonth === null
      ? { maxTransactionsPerMonth, transactionPercentUsed: 0, unlimited: true }
      : {
          maxTransactionsPerMonth,
          transactionPercentUsed: percentUsed(counts.transactions, maxTransactionsPerMonth),
        },
});
