import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { Types, type Model } from 'mongoose';
import { currentSession } from '@financeops/core/mongo';
import { BulkTurn } from './bulk-turn.schema';

/** Milliseconds for which a worker may be silent before another takes over. */
export const TURN_LEASE_MS = 3_000;
/** Milliseconds for which a tenant that can't be served (it was deactivated) is left alone. */
const PAUSE_MS = 5_000;

const PAST = new Date(0);

/** Whose turn it is. */
@Injectable()
export class BulkTurns {
  constructor(@InjectModel(BulkTurn.name) private readonly model: Model<BulkTurn>) {}

  /** Notes that the tenant has one more file to be paid. In the transaction that stores the file. */
  async arrive(tenantId: string): Promise<void> {
    await this.model
      .updateOne(
        { _id: tenantId },
        {
          $set: { lastArrival: new Types.ObjectId() },
          $setOnInsert: { turnAt: new Date(), leaseUntil: PAST },
        },
        { upsert: true, session: currentSession() },
      )
      .exec();
  }

  /** The tenant that has waited longest and that no worker is at; `null` when there is none. */
  take(now: number): Promise<BulkTurn | null> {
    return this.model
      .findOneAndUpdate(
        { leaseUntil: mongoose.trusted({ $lte: new Date(now) }) },
        { $set: { leaseUntil: new Date(now + TURN_LEASE_MS) } },
        { sort: { turnAt: 1 }, returnDocument: 'after' },
      )
      .lean<BulkTurn>()
      .exec();
  }

  /** The worker is still at it. */
  async keep(turn: BulkTurn, now: number): Promise<void> {
    await this.set(turn, { leaseUntil: new Date(now + TURN_LEASE_MS) });
  }

  /** The turn is over, and there is more to do. */
  async pass(turn: BulkTurn, now: number): Promise<void> {
    await this.set(turn, { leaseUntil: PAST, turnAt: new Date(now) });
  }

  async pause(turn: BulkTurn, now: number): Promise<void> {
    await this.set(turn, { leaseUntil: new Date(now + PAUSE_MS) });
  }

  /** Nothing is left to do, unless a file has arrived meanwhile. */
  async finish(turn: BulkTurn, now: number): Promise<void> {
    const { _id, lastArrival } = turn;
    const { deletedCount } = await this.model.deleteOne({ _id, lastArrival }).exec();
    if (deletedCount === 0) await this.pass(turn, now);
  }

  private async set({ _id }: BulkTurn, change: Partial<BulkTurn>): Promise<void> {
    await this.model.updateOne({ _id }, { $set: change }).exec();
  }
}
