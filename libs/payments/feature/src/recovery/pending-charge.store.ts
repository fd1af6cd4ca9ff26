import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { Types, type Model } from 'mongoose';
import { afterCommit, currentSession } from '@financeops/core/mongo';
import { PendingCharge } from './pending-charge.schema';

/**
 * Milliseconds that a process may take over a payment: the gateway's deadline, and time to store what came out. With the
 * scan's interval and one more deadline for the recovery this stays well under the contract's 60 s.
 */
const LEASE_MS = 15_000;

/** Milliseconds for which notes to be removed are gathered: one command for all of them. */
const GATHER_MS = 20;

const leaseFrom = (now: number): Date => new Date(now + LEASE_MS);

/** What is on its way, of all tenants. Written in the same transactions as the payments it is about. */
@Injectable()
export class PendingChargeStore implements OnApplicationShutdown {
  private readonly ended: Types.ObjectId[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(@InjectModel(PendingCharge.name) private readonly model: Model<PendingCharge>) {}

  async begin(paymentId: Types.ObjectId, tenantId: string, claimId: Types.ObjectId | null): Promise<void> {
    const note: PendingCharge = {
      _id: paymentId,
      tenantId,
      claimId: claimId?.toHexString() ?? null,
      leaseUntil: leaseFrom(Date.now()),
      cancellations: 0,
    };
    // The driver's own insert: hydrating a document would cost more than the rest.
    await this.model.collection.insertOne(note, { session: currentSession() });
  }

  /**
   * Removes the note once the final outcome is committed, together with others of the next moment. One that a crash leaves
   * behind is found by the recovery, which sees that nothing is left to do.
   */
  endAfterCommit(paymentId: Types.ObjectId): void {
    afterCommit(() => {
      this.ended.push(paymentId);
      this.timer ??= setTimeout(() => void this.removeEnded(), GATHER_MS).unref();
    });
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.removeEnded();
  }

  async end(paymentId: Types.ObjectId): Promise<void> {
    await this.model.deleteOne({ _id: paymentId }, { session: currentSession() }).exec();
  }

  /**
   * Notes that the payment was cancelled. Returns whether undoing it at the gateway is the caller's: `false` while somebody
   * else is at work on it, who will find it cancelled.
   */
  async cancel(paymentId: Types.ObjectId, tenantId: string): Promise<boolean> {
    const { matchedCount } = await this.model
      .updateOne({ _id: paymentId }, { $inc: { cancellations: 1 } }, { session: currentSession() })
      .exec();
    if (matchedCount > 0) return false;
    await this.begin(paymentId, tenantId, null);
    return true;
  }

  /** Takes over one piece of work whose lease ran out; one process gets it. */
  takeAbandoned(now: number): Promise<PendingCharge | null> {
    return this.model
      .findOneAndUpdate(
        { leaseUntil: mongoose.trusted({ $lte: new Date(now) }) },
        { $set: { leaseUntil: leaseFrom(now) } },
        { sort: { leaseUntil: 1 }, returnDocument: 'after' },
      )
      .lean<PendingCharge>()
      .exec();
  }

  /** Never rejects: the recovery removes what is left. */
  private async removeEnded(): Promise<void> {
    this.timer = undefined;
    const ids = this.ended.splice(0);
    if (ids.length === 0) return;
    await this.model
      .deleteMany({ _id: mongoose.trusted({ $in: ids }) })
      .exec()
      .catch(() => undefined);
  }
}
