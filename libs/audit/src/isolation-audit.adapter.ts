import { Injectable } from '@nestjs/common';
import { UnavailableError } from '@financeops/core/errors';
import {
  IsolationAudit,
  type IsolationBypass,
  type IsolationViolation,
} from '@financeops/data-access/isolation';
import { actorOf, type NewAuditEvent } from './audit-event';
import { AuditLog } from './audit-log';
import { RefusalAudit } from './refusal-audit';

const whoseBypass = (bypass: IsolationBypass): Pick<NewAuditEvent, 'actor' | 'requestId' | 'details'> => {
  if ('job' in bypass)
    return { actor: { type: 'system', id: null }, requestId: null, details: { ...bypass } };
  const { reason, route, requestId } = bypass;
  return { actor: actorOf(bypass.actor), requestId, details: { reason, route } };
};

@Injectable()
export class AuditLogIsolationAudit extends IsolationAudit {
  constructor(
    private readonly log: AuditLog,
    private readonly refusals: RefusalAudit,
  ) {
    super();
  }

  override async violation({ tenantId, actor, requestId, ...details }: IsolationViolation): Promise<void> {
    await this.refusals.record({
      tenantId,
      action: 'isolation.violation',
      outcome: 'denied',
      actor: actorOf(actor),
      requestId,
      details,
    });
  }

  override async bypass(bypass: IsolationBypass): Promise<void> {
    try {
      await this.log.record({
        tenantId: null,
        action: 'isolation.bypass',
        outcome: 'allowed',
        ...whoseBypass(bypass),
      });
    } catch (error) {
      throw new UnavailableError(
        'The audit log is not reachable, and nothing is read across tenants without it.',
        2,
        error,
      );
    }
  }
}
