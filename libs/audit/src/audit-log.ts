import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import { maskCardNumbers } from '@financeops/core/card-numbers';
import { currentSession } from '@financeops/core/mongo';
import type { AuditActor, AuditResource, NewAuditEvent } from './audit-event';
import { AuditEvent } from './audit-event.schema';
import { ChainKey } from './chain/chain-key';
import { eventSeal } from './chain/chain.rules';

/** What MongoDB will give back of a value: it stores text as UTF-8, and undefined as null. Large integers become text. Card numbers are masked. */
const asStored = (value: unknown): unknown => {
  if (typeof value === 'string') return maskCardNumbers(value.toWellFormed());
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map((inner) => asStored(inner) ?? null);
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Types.ObjectId)
    return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([key, inner]) => [key, asStored(inner)]),
  );
};

/** With its id and time (sent again, it is stored once), and sealed. */
export const toStored = ({ bytes }: ChainKey, event: NewAuditEvent, at: Date = new Date()): AuditEvent => {
  const content = {
    _id: new Types.ObjectId(),
    tenantId: event.tenantId === null ? null : new Types.ObjectId(event.tenantId),
    at,
    action: event.action,
    outcome: event.outcome,
    actor: asStored(event.actor) as AuditActor,
    resource: asStored(event.resource ?? null) as AuditResource | null,
    requestId: asStored(event.requestId) as string | null,
    details: asStored(event.details ?? {}) as Record<string, unknown>,
  };
  return { ...content, seal: eventSeal(bytes, content), seq: null, prevHash: null, hash: null };
};

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
  constructor(
    @InjectModel(AuditEvent.name) private readonly model: Model<AuditEvent>,
    private readonly key: ChainKey,
  ) {}

  /** Resolves once the event is stored by a majority. Not part of the caller's transaction: a denied act is on record too. */
  async record(event: NewAuditEvent, at?: Date): Promise<void> {
    await this.model.create(toStored(this.key, event, at));
  }

  /**
   * Writes the event in the caller's transaction: it is on record if, and only if, what it tells of is committed.
   * @throws Error outside of a transaction
   */
  async recordWithin(event: NewAuditEvent): Promise<void> {
    const session = currentSession();
    if (session === undefined)
      throw new Error(`"${event.action}" is to be recorded in a transaction; there is none.`);
    await this.model.create([toStored(this.key, event)], { session });
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
