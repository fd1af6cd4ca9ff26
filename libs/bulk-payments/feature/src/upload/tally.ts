import type { Instruction } from '@financeops/bulk-payments/formats';
import type { StoredTotal } from '../batch/bulk-payment.schema';

/** Counts and sums of the lines that have passed. */
export class Tally {
  total = 0;
  /** Lines that can be paid. */
  good = 0;
  private readonly sums = new Map<string, bigint>();

  add({ amount, currency, errors }: Instruction): void {
    this.total++;
    if (errors.length === 0) this.good++;
    if (amount !== null && currency !== null) {
      this.sums.set(currency, (this.sums.get(currency) ?? 0n) + amount);
    }
  }

  totals(): StoredTotal[] {
    return [...this.sums]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([currency, amount]) => ({ currency, amount: amount.toString() }));
  }
}
