import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { currentSession, TransactionRunner } from '@financeops/core/mongo';
import { AuditEvent } from '../audit-event.schema';
import { AuditHead } from './audit-head.schema';
import { ChainKey } from './chain-key';
import { GENESIS, linkAfter, sealOf, type ChainHead, type ChainLink } from './chain.rules';

/** The platform's own events have no tenant. */
export const PLATFORM = 'platform';

const ownerOf = ({ tenantId }: Pick<AuditEvent, 'tenantId'>): string => tenantId?.toHexString() ?? PLATFORM;

/**
 * Chains events that are stored but have no place yet, in one transaction with the heads of their chains. Two processes that
 * do it at once conflict on a head, and one of them starts over: no event gets two places, no place two events.
 */
@Injectable()
export class AuditChain {
  constructor(
    @InjectModel(AuditEvent.name) private readonly events: Model<AuditEvent>,
    @InjectModel(AuditHead.name) private readonly heads: Model<AuditHead>,
    private readonly transactions: TransactionRunner,
    private readonly key: ChainKey,
  ) {}

  /** Chains at most `limit` events, the oldest first; returns how many. */
  async advance(limit: number): Promise<number> {
    // Mostly there is nothing to do, and no need of a transaction to find that out.
    if ((await this.events.exists({ seq: null }).exec()) === null) return 0;
    return this.transactions.run(async () => {
      const session = currentSession()!;
      const waiting = await this.events
        .find({ seq: null }, null, { session })
        .sort({ at: 1, _id: 1 })
        .limit(limit)
        .lean<AuditEvent[]>()
        .exec();
      if (waiting.length === 0) return 0;
      const owners = [...new Set(waiting.map(ownerOf))];
      const heads = await this.headsOf(owners);
      const links = new Map<AuditEvent, ChainLink>();
      for (const event of waiting) {
        const link = linkAfter(this.key.bytes, heads.get(ownerOf(event))!, event);
        heads.set(ownerOf(event), { seq: link.seq, hash: link.hash });
        links.set(event, link);
      }
      await this.heads.bulkWrite(
        [...heads].map(([_id, head]) => ({
          updateOne: {
            filter: { _id },
            update: { $set: { ...head, seal: sealOf(this.key.bytes, _id, head) } },
            upsert: true,
          },
        })),
        { session },
      );
      await this.events.bulkWrite(
        [...links].map(([{ _id }, link]) => ({
          updateOne: {
            filter: { _id, seq: null, prevHash: null, hash: null },
            update: { $set: { ...link } },
          },
        })),
        { session },
      );
      return waiting.length;
    });
  }

  private async headsOf(owners: readonly string[]): Promise<Map<string, ChainHead>> {
    const found = await this.heads
      .find({ _id: mongoose.trusted({ $in: owners }) }, null, { session: currentSession()! })
      .lean<AuditHead[]>()
      .exec();
    const known = new Map(found.map(({ _id, seq, hash }) => [_id, { seq, hash }]));
    return new Map(owners.map((owner) => [owner, known.get(owner) ?? { seq: 0, hash: GENESIS }]));
  }
}
