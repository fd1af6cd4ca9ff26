import { Injectable } from '@nestjs/common';
import { ResolutionAudit, type ResolutionEvent } from '@financeops/tenancy/resolution';
import { actorOf } from './audit-event';
import { RefusalAudit } from './refusal-audit';

@Injectable()
export class AuditLogResolutionAudit extends ResolutionAudit {
  constructor(private readonly refusals: RefusalAudit) {
    super();
  }

  override async record({ actor, ...event }: ResolutionEvent): Promise<void> {
    await this.refusals.record({ ...event, outcome: 'denied', actor: actorOf(actor) });
  }
}
