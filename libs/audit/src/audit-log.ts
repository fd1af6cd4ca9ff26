import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import type { NewAuditEvent } from './audit-event';
import { AuditEvent } from './audit-event.schema';

/** Writes the audit log. */
@Injectable()
export class AuditLog {
  constructor(@InjectModel(AuditEvent.name) private readonly model: Model<AuditEvent>) {}

  /** Resolves once the event is stored by a majority. Not part of the caller's transaction: a denied act is on record too. */
  async record(event: NewAuditEvent, at: Date = new Date()): Promise<void> {
    await this.model.create({
      tenantId: event.tenantId === null ? null : new Types.ObjectId(event.tenantId),
      at,
      action: event.action,
      outcome: event.outcome,
      actor: event.actor,
      resource: event.resource ?? null,
      requestId: event.requestId,
      details: event.details ?? {},
    });
  }
}
