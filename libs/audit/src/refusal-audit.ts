import { Injectable } from '@nestjs/common';
import type { NewAuditEvent } from './audit-event';
import { AuditLog } from './audit-log';
import { LostEvents } from './lost-events';

/** Records refusals. The refusal stands whatever becomes of its record: a broken log is an alarm, not an open door. */
@Injectable()
export class RefusalAudit {
  constructor(
    private readonly log: AuditLog,
    private readonly lost: LostEvents,
  ) {}

  /** Never rejects. */
  async record(event: NewAuditEvent): Promise<void> {
    try {
      await this.log.record(event);
    } catch (error) {
      this.lost.report(event, error);
    }
  }
}
