import { AsyncSlot } from '@financeops/core/async-context';
import { CrossTenantAccessError } from '@financeops/core/errors';

/** A declared and audited reason to read across tenants, for one request. */
export class Bypass {
  private ended = false;

  constructor(readonly reason: string) {}

  get isActive(): boolean {
    return !this.ended;
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
