import { Injectable, Logger } from '@nestjs/common';
import { Metrics } from '@financeops/core/observability';
import type { AuditAction } from './audit-event';

/** The alarm about what should be on record and isn't. */
@Injectable()
export class LostEvents {
  private readonly logger = new Logger('AuditLog');
  private readonly lost;

  constructor(metrics: Metrics) {
    this.lost = metrics.counter({
      name: 'audit_events_lost_total',
      help: 'Events that could not be stored',
      labelNames: ['action'],
    });
  }

  report({ action, tenantId }: { action: AuditAction; tenantId: unknown }, error: unknown): void {
    this.lost.inc({ action });
    this.logger.error({ err: error, action, tenantId: String(tenantId) }, 'audit event not stored');
  }
}
