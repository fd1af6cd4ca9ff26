import { Injectable } from '@nestjs/common';
import {
  actorOf,
  AuditLog,
  BackgroundAudit,
  type AuditAction,
  type AuditResource,
  type NewAuditEvent,
} from '@financeops/audit';
import { TenantContextService, type Principal } from '@financeops/tenancy/context';
import type { Payment } from './payment.schema';
import type { PaymentView } from './payment.view';

type Read = Pick<PaymentView, 'id' | 'createdBy'>;

const record = (id: string, createdBy: string): AuditResource => ({
  type: 'payment',
  id,
  ownerId: createdBy,
});

/** What stands in the tenant's audit log about payments. */
@Injectable()
export class PaymentAudit {
  constructor(
    private readonly log: AuditLog,
    private readonly background: BackgroundAudit,
    private readonly contexts: TenantContextService,
  ) {}

  /** To be called in the transaction of the change: both stand, or neither. Own payments' changes too. */
  async changed(
    action: Extract<AuditAction, 'payment.updated' | 'payment.deleted' | 'payment.restored'>,
    payment: Payment,
    by: Principal,
    details: Record<string, string> = {},
  ): Promise<void> {
    const resource = record(payment._id.toHexString(), payment.createdBy);
    await this.log.recordWithin(this.event(action, by, resource, details));
  }

  /** A read of a payment that somebody else made; of one's own there is no record. Behind the request. */
  read({ id, createdBy }: Read, by: Principal): void {
    if (createdBy !== by.id) {
      this.background.record(this.event('payment.read', by, record(id, createdBy), {}));
    }
  }

  /** One event for a page, with the others' payments in it. Behind the request. */
  listed(payments: readonly Read[], by: Principal): void {
    const others = payments.filter(({ createdBy }) => createdBy !== by.id);
    if (others.length === 0) return;
    const resources = others.map(({ id, createdBy }) => record(id, createdBy));
    this.background.record(this.event('payment.read', by, null, { resources }));
  }

  private event(
    action: AuditAction,
    by: Principal,
    resource: AuditResource | null,
    details: Record<string, unknown>,
  ): NewAuditEvent {
    const { tenant, origin } = this.contexts.getContext();
    return {
      tenantId: tenant.id,
      action,
      outcome: 'allowed',
      actor: actorOf(by),
      resource,
      requestId: origin?.requestId ?? null,
      details,
    };
  }
}
