import { Injectable, Logger } from '@nestjs/common';
import { Metrics } from '@financeops/core/observability';
import type { NewAuditEvent } from './audit-event';
import { AuditLog } from './audit-log';

/** Records refusals. The refusal stands whatever becomes of its record: a broken log is an alarm, not an open door. */
@Injectable()
export class RefusalAudit {
  private readonly logger = new Logger(RefusalAudit.name);
  private readonly lost;

  constructor(
    private readonly log: AuditLog,
    metrics: Metrics,
  ) {
    this.lost = metrics.counter({
      name: 'audit_events_lost_total',
      help: 'Events of refusals that could not be stored',
      labelNames: ['action'],
    });
  }

  /** Never rejects. */
  async record(event: NewAuditEvent): Promise<void> {
    try {
      await this.log.record(event);
    } catch (error) {
      this.lost.inc({ action: event.action });
      this.logger.error(
        { err: error, action: event.action, tenantId: event.tenantId },
        'audit event not stored',
      );
    }
  }
}
