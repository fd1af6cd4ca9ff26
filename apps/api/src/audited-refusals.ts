import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { actorOf, RefusalAudit } from '@financeops/audit';
import { RefusalReport, type RateLimitRefusal } from '@financeops/rate-limiting';

/** Milliseconds: a window that stays full is one event a minute and process, not one a request. */
const SILENCE_MS = 60_000;

/** Rate-limit refusals (and what a dry run spares, `dryRun` in their details) in the audit log: a tenant's in its own, an address's in the platform's. */
@Injectable()
export class AuditedRefusals extends RefusalReport {
  private readonly told = new LRUCache<string, true>({ max: 50_000, ttl: SILENCE_MS });

  constructor(private readonly audit: RefusalAudit) {
    super();
  }

  override refused({ tenantId, actor, requestId, window, limit, dryRun }: RateLimitRefusal): void {
    const who = tenantId ?? actor?.id ?? 'addresses';
    const what = `${who} ${window} ${dryRun}`;
    if (this.told.get(what) === true) return;
    this.told.set(what, true);
    void this.audit.record({
      tenantId,
      action: 'rate-limit.refused',
      outcome: dryRun ? 'allowed' : 'denied',
      actor: actorOf(actor),
      requestId,
      details: dryRun ? { window, limit, dryRun } : { window, limit },
    });
  }
}
