import type { Instruction } from '@financeops/bulk-payments/formats';
import type { StoredTotal } from '../batch/bulk-payment.schema';

/** Counts and sums of lines. */
export class LineTotals {
  total = 0;
  /** Lines without an error. */
  valid = 0;
  private readonly sums = new Map<string, bigint>();

  add({ amount, currency, errors }: Instruction): void {
    this.total++;
    if (errors.length === 0) this.valid++;
    if (amount !== null && currency !== null) {
      this.sums.set(currency, (this.sums.get(currency) ?? 0n) + amount);
    }
  }

  byCurrency(): StoredTotal[] {
    return [...this.sums]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([currency, amount]) => ({ currency, amount: amount.toString() }));
  }
}
