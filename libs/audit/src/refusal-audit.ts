import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { NewAuditEvent } from './audit-event';
import { AuditLog } from './audit-log';
import { LostEvents } from './lost-events';
import { RefusalBursts } from './refusal-bursts';

/** Records refusals. The refusal stands whatever becomes of its record: a broken log raises an alarm, it opens no door. */
@Injectable()
export class RefusalAudit implements OnApplicationShutdown {
  private readonly bursts = new RefusalBursts((event) => this.store(event));

  constructor(
    private readonly log: AuditLog,
    private readonly lost: LostEvents,
  ) {}

  /** Never rejects. Many of one kind by one principal become one event with a count (RefusalBursts). */
  async record(event: NewAuditEvent): Promise<void> {
    if (this.bursts.admits(event)) await this.store(event);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.bursts.closeAll();
  }

  private async store(event: NewAuditEvent): Promise<void> {
    try {
      await this.log.record(event);
    } catch (error) {
      this.lost.report(event, error);
    }
  }
}
