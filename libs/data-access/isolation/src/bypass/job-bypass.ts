import { Injectable } from '@nestjs/common';
import { CrossTenantAccessError } from '@financeops/core/errors';
import { TenantContextService } from '@financeops/tenancy/context';
import { Bypass, withBypass } from './bypass';
import { BypassRecord } from './bypass-record';
import type { BypassOfJob } from '../audit/isolation-audit';

/** Milliseconds: what takes longer is to be cut into parts, each on record. */
const MOST_MS = 900_000;

/**
 * Lets a job of the platform read across tenants for a limited time. Nobody's request leads here: lint lets only files
 * called `*.job.ts` use it.
 *
 *     this.bypass.run({ job: 'ownerless-payments', reason: 'No tenant counts them.', forMs: 60_000 }, () =>
 *       this.payments.ofUnlistedTenants(),
 *     );
 */
@Injectable()
export class JobBypass {
  constructor(
    private readonly record: BypassRecord,
    private readonly contexts: TenantContextService,
  ) {}

  /**
   * Runs `work` in a bypass that the audit log has before, and which ends with the work or after `forMs`, whichever comes
   * first: what reads then is refused.
   * @throws CrossTenantAccessError within a tenant's context; Error without a reason, or for a time that isn't 1 ms to
   * 15 minutes; whatever the audit log throws, and then nothing is read
   */
  async run<R>(bypass: BypassOfJob, work: () => Promise<R>): Promise<R> {
    const { job, reason, forMs } = bypass;
    if (this.contexts.hasTenantContext()) throw new CrossTenantAccessError();
    if (reason.trim() === '') throw new Error(`${job}: a bypass needs a reason`);
    if (!(forMs >= 1 && forMs <= MOST_MS)) throw new Error(`${job}: forMs must be from 1 to ${MOST_MS}`);
    await this.record.open(bypass);
    const opened = new Bypass(reason, forMs);
    try {
      return await withBypass(opened, work);
    } finally {
      opened.end();
    }
  }
}
