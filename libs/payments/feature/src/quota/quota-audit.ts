import { Injectable } from '@nestjs/common';
import { actorOf, AuditLog, RefusalAudit } from '@financeops/audit';
import type { UsageThreshold } from '@financeops/payments/domain';
import { TenantContextService } from '@financeops/tenancy/context';

/** A tenant has used so much of its month: what the audit log says of it, and whoever else is told. */
export interface ThresholdReached {
  metric: 'transactions';
  /** `YYYY-MM`, UTC. */
  period: string;
  /** Percent of the limit. */
  threshold: UsageThreshold;
  /** At the moment it was noticed; may be beyond the threshold, when the limit was lowered. */
  used: number;
  /** The tenant's own, overrides included. */
  limit: number;
}

/** What stands in the tenant's audit log about its quota. */
@Injectable()
export class QuotaAudit {
  constructor(
    private readonly log: AuditLog,
    private readonly refusals: RefusalAudit,
    private readonly contexts: TenantContextService,
  ) {}

  /** In the transaction that notices it, so that it is told once. */
  async reached(event: ThresholdReached): Promise<void> {
    const { tenant, origin } = this.contexts.getContext();
    await this.log.recordWithin({
      tenantId: tenant.id,
      action: 'usage.threshold',
      outcome: 'allowed',
      actor: { type: 'system', id: null },
      requestId: origin?.requestId ?? null,
      details: { ...event },
    });
  }

  async refused(period: string, limit: number): Promise<void> {
    const { tenant, origin } = this.contexts.getContext();
    await this.refusals.record({
      tenantId: tenant.id,
      action: 'quota.refused',
      outcome: 'denied',
      actor: actorOf(origin?.actor ?? null),
      requestId: origin?.requestId ?? null,
      details: { quota: 'transactions', period, limit },
    });
  }
}
