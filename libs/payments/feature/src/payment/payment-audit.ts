import { Injectable } from '@nestjs/common';
import { actorOf, AuditLog, RefusalAudit, type AuditAction } from '@financeops/audit';
import { TenantContextService, type Principal } from '@financeops/tenancy/context';
import type { Payment } from './payment.schema';

/** What stands in the tenant's audit log about payments. */
@Injectable()
export class PaymentAudit {
  constructor(
    private readonly log: AuditLog,
    private readonly refusals: RefusalAudit,
    private readonly contexts: TenantContextService,
  ) {}

  /** Awaited before the change is answered. */
  async changed(
    action: Extract<AuditAction, 'payment.updated' | 'payment.deleted' | 'payment.restored'>,
    payment: Payment,
    by: Principal,
    details: Record<string, string> = {},
  ): Promise<void> {
    await this.log.record({
      tenantId: payment.tenantId.toHexString(),
      action,
      outcome: 'allowed',
      actor: actorOf(by),
      resource: { type: 'payment', id: payment._id.toHexString(), ownerId: payment.createdBy },
      requestId: this.contexts.getContext().origin?.requestId ?? null,
      details,
    });
  }

  async quotaRefused(period: string, limit: number): Promise<void> {
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
