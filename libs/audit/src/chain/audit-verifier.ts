import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { Types, type Model } from 'mongoose';
import { AuditEvent } from '../audit-event.schema';
import { PLATFORM } from './audit-chain';
import { AuditHead } from './audit-head.schema';
import { ChainKey } from './chain-key';
import { breakAt, GENESIS, sealOf, type ChainBreak, type ChainHead } from './chain.rules';

export interface Verdict {
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
  ) {}

  /** `owner`: a tenant's id, or `platform`. Events too young to have a place (a second or so) don't count. */
  async verify(owner: string): Promise<Verdict> {
    // The head first: what is chained while the events are read comes after it.
    const head = await this.heads.findOne({ _id: owner }).lean<AuditHead>().exec();
    const end: ChainHead = head ?? { seq: 0, hash: GENESIS };
    if (head !== null && head.seal !== sealOf(this.key.bytes, owner, end)) {
      return { valid: false, checked: 0, firstBroken: { id: null, seq: end.seq, reason: 'head' } };
    }
    let last: ChainHead = { seq: 0, hash: GENESIS };
    let checked = 0;
    for await (const event of this.inOrder(owner)) {
      const broken = breakAt(this.key.bytes, last, event);
      if (broken !== null) return { valid: false, checked, firstBroken: broken };
      last = { seq: event.seq!, hash: event.hash! };
      checked++;
      if (last.seq === end.seq && last.hash !== end.hash) {
        return { valid: false, checked, firstBroken: { id: null, seq: end.seq, reason: 'head' } };
      }
    }
    if (last.seq < end.seq) {
      return { valid: false, checked, firstBroken: { id: null, seq: last.seq + 1, reason: 'missing' } };
    }
    // A chain without a head, or one that a process has moved on since.
    if (head === null && last.seq > 0 && (await this.heads.exists({ _id: owner })) === null) {
      return { valid: false, checked, firstBroken: { id: null, seq: last.seq, reason: 'head' } };
    }
    return { valid: true, checked, firstBroken: null };
  }

  /** Everybody who has a chain, the platform included. */
  async owners(): Promise<string[]> {
    const heads = await this.heads.find({}, { _id: 1 }).lean<AuditHead[]>().exec();
    return heads.map(({ _id }) => _id);
  }

  private inOrder(owner: string): AsyncIterable<AuditEvent> {
    return this.events
      .find({
        tenantId: owner === PLATFORM ? null : new Types.ObjectId(owner),
        seq: mongoose.trusted({ $ne: null }),
      })
      .sort({ seq: 1, _id: 1 })
      .lean<AuditEvent>()
      .cursor() as unknown as AsyncIterable<AuditEvent>;
  }
}
