import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model, type Types } from 'mongoose';
import { currentSession } from '@financeops/core/mongo';
import { UnresolvedPayment } from './unresolved-payment.schema';
import { isOverdue, pauseBefore } from './unresolved.rules';

/** Milliseconds for one look: the gateway is asked twice at most, each time within its deadline, and the answer stored. */
const LEASE_MS = 30_000;

/** Payments whose outcome is open, of all tenants. */
@Injectable()
export class UnresolvedPayments {
  constructor(@InjectModel(UnresolvedPayment.name) private readonly model: Model<UnresolvedPayment>) {}

  /** Notes that there is no final answer yet; twice is once. In the transaction that finds it so. */
  async note(paymentIds: readonly Types.ObjectId[], tenantId: string): Promise<void> {
    if (paymentIds.length === 0) return;
    const now = Date.now();
    await this.model.bulkWrite(
      paymentIds.map((_id) => ({
        updateOne: {
          filter: { _id },
          update: {
            $setOnInsert: {
              tenantId,
              since: new Date(now),
              asked: 0,
              nextAt: new Date(now + pauseBefore(0, Math.random())),
              holder: null,
              overdue: false,
            },
          },
          upsert: true,
        },
      })),
      { ordered: false, session: currentSession() },
    );
  }

  /** Something has happened to the payment that its followers should see now. */
  async hasten(_id: Types.ObjectId): Promise<void> {
    await this.model
      .updateOne({ _id }, { $set: { nextAt: new Date() } }, { session: currentSession() })
      .exec();
  }

  /** Takes one that is due at `now`, for the caller alone until its lease runs out. */
  take(now: number): Promise<UnresolvedPayment | null> {
    return this.model
      .findOneAndUpdate(
        { nextAt: mongoose.trusted({ $lte: new Date(now) }) },
        { $set: { nextAt: new Date(now + LEASE_MS), holder: randomUUID() } },
        { sort: { nextAt: 1 }, returnDocument: 'after' },
      )
      .lean<UnresolvedPayment>()
      .exec();
  }

  /** There is still no answer. `false`: the caller was too slow, and another has taken it. */
  async postpone({ _id, holder, asked, since }: UnresolvedPayment, now: number): Promise<boolean> {
    const { matchedCount } = await this.model
      .updateOne(
        { _id, holder },
        {
          $set: {
            asked: asked + 1,
            nextAt: new Date(now + pauseBefore(asked + 1, Math.random())),
            holder: null,
            overdue: isOverdue(since, now),
          },
        },
        { session: currentSession() },
      )
      .exec();
    return matchedCount > 0;
  }

  /** The outcome is known. `false`: the caller was too slow, and another has taken it. */
  async end({ _id, holder }: UnresolvedPayment): Promise<boolean> {
    const { deletedCount } = await this.model
      .deleteOne({ _id, holder }, { session: currentSession() })
      .exec();
    return deletedCount > 0;
  }

  /** How many there are, by whether they are overdue. */
  async counts(): Promise<{ waiting: number; overdue: number }> {
    const [waiting, overdue] = await Promise.all([
      this.model.countDocuments({ overdue: false }).exec(),
      this.model.countDocuments({ overdue: true }).exec(),
    ]);
    return { waiting, overdue };
  }
}
