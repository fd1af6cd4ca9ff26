import { AsyncSlot } from '@financeops/core/async-context';
import { CrossTenantAccessError } from '@financeops/core/errors';

/** A declared and audited reason to read across tenants: for one request, or for a job's limited time. */
export class Bypass {
  private ended = false;
  private readonly closesAt: number;

  /** `forMs`: milliseconds after which it opens nothing any more, even if nobody has ended it. */
  constructor(
    readonly reason: string,
    forMs = Infinity,
  ) {
    this.closesAt = performance.now() + forMs;
  }

  get isActive(): boolean {
    return !this.ended && performance.now() < this.closesAt;
  }

  /** From here on it opens nothing, whatever still holds it. */
  end(): void {
    this.ended = true;
  }
}

const bypasses = new AsyncSlot<Bypass>();

export const withBypass = <R>(bypass: Bypass, work: () => R): R => bypasses.run(bypass, work);

/** @throws CrossTenantAccessError without an active bypass. */
export const requireBypass = (): Bypass => {
  const bypass = bypasses.get();
  if (bypass === undefined || !bypass.isActive) throw new CrossTenantAccessError();
  return bypass;
};
