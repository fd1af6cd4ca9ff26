import { Injectable } from '@nestjs/common';
import { actorOf, AuditLog, type AuditAction, type AuditResource } from '@financeops/audit';
import { TenantContextService } from '@financeops/tenancy/context';
import type { RequestActor } from '../request-actor';

type UserAction = Extract<AuditAction, `user.${string}`>;

/** A user's record is their own. */
const record = (id: string): AuditResource => ({ type: 'user', id, ownerId: id });

/** What stands in the tenant's log about its users: ids, roles and names of fields, never a person's data. */
@Injectable()
export class UserAudit {
  constructor(
    private readonly log: AuditLog,
    private readonly contexts: TenantContextService,
  ) {}

  changed(
    action: UserAction,
    id: string,
    act: RequestActor,
    details: Record<string, unknown> = {},
  ): Promise<void> {
    return this.write(action, record(id), act, details);
  }

  /** Reads of others' records are on record, one's own aren't. */
  async read(id: string, act: RequestActor): Promise<void> {
    if (id !== act.actor?.id) await this.write('user.read', record(id), act, {});
  }

  /** One event for the page, with the others' ids in it. */
  async listed(ids: readonly string[], act: RequestActor): Promise<void> {
    const others = ids.filter((id) => id !== act.actor?.id);
    if (others.length > 0) await this.write('user.read', null, act, { resources: others.map(record) });
  }

  private write(
    action: UserAction,
    resource: AuditResource | null,
    { actor, requestId }: RequestActor,
    details: Record<string, unknown>,
  ): Promise<void> {
    const tenantId = this.contexts.getTenantId();
    return this.log.record({
      tenantId,
      action,
      outcome: 'allowed',
      actor: actorOf(actor),
      resource,
      requestId,
      details,
    });
  }
}
