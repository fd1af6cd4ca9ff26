import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import { currentSession } from '@financeops/core/mongo';
import type { NewAuditEvent } from './audit-event';
import { AuditEvent } from './audit-event.schema';

/** With its id and time: sent again, it is stored once. */
export const toStored = (event: NewAuditEvent, at: Date = new Date()): AuditEvent => ({
  _id: new Types.ObjectId(),
  tenantId: event.tenantId === null ? null : new Types.ObjectId(event.tenantId),
  at,
  action: event.action,
  outcome: event.outcome,
  actor: event.actor,
  resource: event.resource ?? null,
  requestId: event.requestId,
  details: event.details ?? {},
  seq: null,
  prevHash: null,
  hash: null,
});

const DUPLICATE_KEY = 11000;

/** Whether each document that was refused is there already. */
const allThere = (error: unknown): boolean => {
  const { writeErrors } = error as { writeErrors?: unknown };
  const errors = (Array.isArray(writeErrors) ? writeErrors : [error]) as { code?: unknown }[];
  return errors.length > 0 && errors.every(({ code }) => code === DUPLICATE_KEY);
};

/** Writes the audit log. */
@Injectable()
export class AuditLog {
  constructor(@InjectModel(AuditEvent.name) private readonly model: Model<AuditEvent>) {}

  /** Resolves once the event is stored by a majority. Not part of the caller's transaction: a denied act is on record too. */
  async record(event: NewAuditEvent, at?: Date): Promise<void> {
    await this.model.create(toStored(event, at));
  }

  /**
   * Writes the event in the caller's transaction: it is on record if, and only if, what it tells of is committed.
   * @throws Error outside of a transaction
   */
  async recordWithin(event: NewAuditEvent): Promise<void> {
    const session = currentSession();
    if (session === undefined)
      throw new Error(`"${event.action}" is to be recorded in a transaction; there is none.`);
    await this.model.create([toStored(event)], { session });
  }

  /** Stores them; those that are stored already (an answer got lost) stay as they are. */
  async store(events: readonly AuditEvent[]): Promise<void> {
    try {
      // Lean: they are made by toStored, and to be cast once more each would take longer than all the rest of a read.
      await this.model.insertMany(events, { ordered: false, lean: true });
    } catch (error) {
      if (!allThere(error)) throw error;
    }
  }
}
