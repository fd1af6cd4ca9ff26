import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { currentSession, TransactionRunner } from '@financeops/core/mongo';
import { Metrics } from '@financeops/core/observability';
import { AuditEvent } from '../audit-event.schema';
import { AuditHead } from './audit-head.schema';
import { ChainKey } from './chain-key';
import { ChainMarks } from './chain-marks';
import { GENESIS, headSeal, linkAfter, type ChainHead, type ChainLink } from './chain.rules';
import { OWNED, ownerOf, tenantIdOf } from './log-owner';

/**
 * Events that can be given a place. What the platform would never store so can't have one, and must not keep others from
 * theirs.
 */
const WAITING = {
  seq: null,
  prevHash: null,
  hash: null,
  _id: mongoose.trusted({ $type: 'objectId' as const }),
};

/** Milliseconds after which a chain that was found broken is looked at again. */
const LOOK_AGAIN_MS = 60_000;

/**
 * Chains events that are stored but have no place yet, in one transaction with the heads of their chains. Two processes that
 * do it at once conflict on a head, and one of them starts over: no event gets two places, no place two events.
 *
 * It has the key, so it must not make whole what somebody without it has broken: a chain whose end isn't as it was left
 * stays where it is, with an alarm, and its new events wait. An event that the platform didn't record gets a place like
 * any other, where its seal gives it away.
 */
@Injectable()
export class AuditChain {
  private readonly logger = new Logger(AuditChain.name);
  /** When to look again, by owner. */
  private readonly broken = new Map<string, number>();
  private readonly breaks;

  constructor(
    @InjectModel(AuditEvent.name) private readonly events: Model<AuditEvent>,
    @InjectModel(AuditHead.name) private readonly heads: Model<AuditHead>,
    private readonly transactions: TransactionRunner,
    private readonly key: ChainKey,
    private readonly marks: ChainMarks,
    metrics: Metrics,
  ) {
    this.breaks = metrics.counter({
      name: 'audit_chain_breaks_total',
      help: 'Times that a chain was found with another end than it was left with; its events wait',
      labelNames: [],
    });
  }

  /** Looks at no more than `limit` events, the oldest first; returns how many. */
  async advance(limit: number): Promise<number> {
    // Mostly there is nothing to do, and no need of a transaction to find that out.
    const owners = await this.waitingOwners(limit);
    if (owners.length === 0) {
      await this.marks.flush();
      return 0;
    }
    // Before the heads are read, which therefore are never behind them.
    const marks = await this.marks.of(owners);
    const { looked, ends } = await this.transactions.run(() => this.chain(owners, marks, limit));
    if (ends.size > 0) await this.marks.raise(new Map([...ends].map(([owner, { seq }]) => [owner, seq])));
    return looked;
  }

  private async waitingOwners(limit: number): Promise<string[]> {
    for (const [owner, again] of this.broken) if (again <= Date.now()) this.broken.delete(owner);
    const waiting = await this.events
      .find(
        {
          ...WAITING,
          tenantId: mongoose.trusted({ ...OWNED, $nin: [...this.broken.keys()].map(tenantIdOf) }),
        },
        { tenantId: 1 },
      )
      .sort({ at: 1, _id: 1 })
      .limit(limit)
      .lean<Pick<AuditEvent, 'tenantId'>[]>()
      .exec();
    return [...new Set(waiting.map(({ tenantId }) => ownerOf(tenantId)))];
  }

  private async chain(
    owners: readonly string[],
    marks: ReadonlyMap<string, number>,
    limit: number,
  ): Promise<{ looked: number; ends: ReadonlyMap<string, ChainHead> }> {
    const session = currentSession()!;
    const waiting = await this.events
      .find({ ...WAITING, tenantId: mongoose.trusted({ $in: owners.map(tenantIdOf) }) }, null, { session })
      .sort({ at: 1, _id: 1 })
      .limit(limit)
      .lean<AuditEvent[]>()
      .exec();
    const heads = await this.soundHeads(
      [...new Set(waiting.map(({ tenantId }) => ownerOf(tenantId)))],
      marks,
    );
    const ends = new Map<string, ChainHead>();
    const links = new Map<AuditEvent, ChainLink>();
    for (const event of waiting) {
      const owner = ownerOf(event.tenantId);
      const head = ends.get(owner) ?? heads.get(owner);
      if (head === undefined) continue;
      const link = linkAfter(this.key.bytes, head, event);
      ends.set(owner, { seq: link.seq, hash: link.hash });
      links.set(event, link);
    }
    if (links.size > 0) {
      await this.heads.bulkWrite(
        [...ends].map(([_id, head]) => ({
          updateOne: {
            filter: { _id },
            update: { $set: { ...head, seal: headSeal(this.key.bytes, _id, head) } },
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
    }
    return { looked: waiting.length, ends };
  }

  /** Where the chains end, of those that end as they were left. */
  private async soundHeads(
    owners: readonly string[],
    marks: ReadonlyMap<string, number>,
  ): Promise<Map<string, ChainHead>> {
    const found = await this.heads
      .find({ _id: mongoose.trusted({ $in: owners }) }, null, { session: currentSession()! })
      .lean<AuditHead[]>()
      .exec();
    const known = new Map(found.map((head) => [head._id, head]));
    const sound = new Map<string, ChainHead>();
    for (const owner of owners) {
      const head = known.get(owner);
      const mark = marks.get(owner) ?? 0;
      if (head === undefined ? await this.begins(owner, mark) : this.isSound(head, mark)) {
        sound.set(owner, head ?? { seq: 0, hash: GENESIS });
      } else this.alarm(owner);
    }
    return sound;
  }

  private isSound(head: AuditHead, mark: number): boolean {
    return head.seq >= mark && head.seal === headSeal(this.key.bytes, head._id, head);
  }

  /** Whether a chain without an end is one that has never been. */
  private async begins(owner: string, mark: number): Promise<boolean> {
    if (mark > 0) return false;
    const placed = { tenantId: tenantIdOf(owner), seq: mongoose.trusted({ $ne: null }) };
    return (await this.events.exists(placed).session(currentSession()!)) === null;
  }

  private alarm(owner: string): void {
    this.broken.set(owner, Date.now() + LOOK_AGAIN_MS);
    this.breaks.inc();
    this.logger.error(
      { owner },
      'the audit log does not end as it was left; its events wait: npm run audit:verify',
    );
  }
}
