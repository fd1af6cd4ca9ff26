/** Milliseconds after which a payment that is there must be in Redis's counters, unless its count was lost. */
export const SETTLED_MS = 5_000;

export interface Counted {
  /** Payments that there were, at the least, SETTLED_MS before the counter was read. */
  settled: number;
  /** The counter in Redis. */
  counter: number;
  /** Payments that there were after. */
  created: number;
}

/**
 * What the counter must be. Every payment is counted soon after its commit and never before, so a counter below the
 * settled ones has lost some, and one above all of them has some that are none; between the two nothing is wrong.
 */
export const actualTransactions = ({ settled, counter, created }: Counted): number =>
  Math.min(Math.max(counter, settled), created);

/** The months (`YYYY-MM`, UTC) that still change at `now`: the present one, and the one before in its first days. */
export const openPeriods = (now: Date): string[] => {
  const month = (date: Date) => date.toISOString().slice(0, 7);
  const before = new Date(now.getTime() - 3 * 86_400_000);
  return [...new Set([month(now), month(before)])];
};

/** When the month after `YYYY-MM` begins, in UTC. */
export const periodEnd = (period: string): Date => {
  const [year, month] = period.split('-').map(Number);
  return new Date(Date.UTC(year!, month!, 1));
};
