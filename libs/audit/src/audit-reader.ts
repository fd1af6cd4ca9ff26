import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { CursorCodec, type Page } from '@financeops/core/http';
import { AuditEvent } from './audit-event.schema';
import { auditFilter, type AuditFilters, type AuditLogOwner } from './audit-query.rules';
import { auditEventView, type AuditEventView } from './audit-event.view';

export interface AuditPage {
  limit: number;
  cursor?: string | undefined;
}

/** Reads the audit log, always of one owner. */
@Injectable()
export class AuditReader {
  constructor(
    @InjectModel(AuditEvent.name) private readonly model: Model<AuditEvent>,
    private readonly cursors: CursorCodec,
  ) {}

  /** Newest first. @throws ValidationError for a cursor of another list. */
  async find(
    owner: AuditLogOwner,
    filters: AuditFilters,
    { limit, cursor }: AuditPage,
  ): Promise<Page<AuditEventView>> {
    const binding = ['audit-events', owner, filters];
    const after = cursor === undefined ? null : this.cursors.decode(cursor, binding);
    const found = await this.model
      .find(auditFilter(owner, filters, after))
      .sort({ at: -1, _id: -1 })
      .limit(limit + 1)
      .lean<AuditEvent[]>()
      .exec();
    const events = found.slice(0, limit);
    const last = events.at(-1);
    return {
      data: events.map(auditEventView),
      nextCursor:
        found.length > limit && last !== undefined
          ? this.cursors.encode({ createdAt: last.at, id: last._id.toString() }, binding)
          : null,
    };
  }
}
