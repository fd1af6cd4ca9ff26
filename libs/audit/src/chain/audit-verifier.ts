import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { AuditEvent } from '../audit-event.schema';
import { AuditHead } from './audit-head.schema';
import { ChainKey } from './chain-key';
import { ChainMarks } from './chain-marks';
import { breakAt, GENESIS, headSeal, type ChainBreak, type ChainHead } from './chain.rules';
import { isOwner, OWNED, ownerOf, tenantIdOf } from './log-owner';

export interface VerificationResult {
  valid: boolean;
  /** Events found in their place. */
  checked: number;
  firstBroken: ChainBreak | null;
}

/** Checks that a log is whole: every event as it was, none gone, none in another's place, the end where it was. */
@Injectable()
export class AuditVerifier {
  constructor(
    @InjectModel(AuditEvent.name) private readonly events: Model<AuditEvent>,
    @InjectModel(AuditHead.name) private readonly heads: Model<AuditHead>,
    private readonly key: ChainKey,
    private readonly marks: ChainMarks,
  ) {}

  /** `owner`: a tenant's id, or `platform`. Events too young to have a place (a second or so) don't count. */
  async verify(owner: string): Promise<VerificationResult> {
    return this.against(owner, await this.markOf(owner));
  }

  /**
   * For a database that was put back to an earlier state on purpose: forgets how long the log has been, if it is whole
   * as it is. `known`: how many events it was known to have. @throws when Redis is away
   */
  async acceptRestored(owner: string): Promise<VerificationResult & { known: number }> {
    const known = await this.markOf(owner);
    const verdict = await this.against(owner, 0);
    if (verdict.valid) await this.marks.lower(owner, verdict.checked);
    return { ...verdict, known };
  }

  /** Everybody who has a chain, or has had one, the platform included. */
  async owners(): Promise<string[]> {
    const [heads, tenantIds, marked] = await Promise.all([
      this.heads.find({}, { _id: 1 }).lean<AuditHead[]>().exec(),
      this.events
        .distinct('tenantId', { tenantId: mongoose.trusted(OWNED), seq: mongoose.trusted({ $ne: null }) })
        .exec(),
      this.marks.owners(),
    ]);
    const all = new Set([...heads.map(({ _id }) => _id), ...tenantIds.map(ownerOf), ...marked]);
    return [...all].filter(isOwner).sort();
  }

  private async markOf(owner: string): Promise<number> {
    return (await this.marks.of([owner])).get(owner) ?? 0;
  }

  /** `mark`: how long the chain has been at least, read before anything else. */
  private async against(owner: string, mark: number): Promise<VerificationResult> {
    // The head first: what is chained while the events are read comes after it.
    const head = await this.heads.findOne({ _id: owner }).lean<AuditHead>().exec();
    const end: ChainHead = head ?? { seq: 0, hash: GENESIS };
    const broken = (checked: number, firstBroken: ChainBreak): VerificationResult => ({
      valid: false,
      checked,
      firstBroken,
    });
    const atHead = (checked: number, seq: number) => broken(checked, { id: null, seq, reason: 'head' });
    if (head === null ? mark > 0 : head.seal !== headSeal(this.key.bytes, owner, end)) {
      return atHead(0, Math.max(mark, end.seq));
    }
    let last: ChainHead = { seq: 0, hash: GENESIS };
    let checked = 0;
    for await (const event of this.inOrder(owner)) {
      const fault = breakAt(this.key.bytes, last, event);
      if (fault !== null) return broken(checked, fault);
      last = { seq: event.seq!, hash: event.hash! };
      checked++;
      if (last.seq === end.seq && last.hash !== end.hash) return atHead(checked, end.seq);
    }
    if (last.seq < Math.max(end.seq, mark)) {
      return broken(checked, { id: null, seq: last.seq + 1, reason: 'missing' });
    }
    // An earlier end that was put back.
    if (end.seq < mark) return atHead(checked, mark);
    // A chain without a head, or one that a process has moved on since.
    if (head === null && last.seq > 0 && (await this.heads.exists({ _id: owner })) === null) {
      return atHead(checked, last.seq);
    }
    return { valid: true, checked, firstBroken: null };
  }

  private inOrder(owner: string): AsyncIterable<AuditEvent> {
    return this.events
      .find({ tenantId: tenantIdOf(owner), seq: mongoose.trusted({ $ne: null }) })
      .sort({ seq: 1, _id: 1 })
      .lean<AuditEvent>()
      .cursor() as unknown as AsyncIterable<AuditEvent>;
  }
}
