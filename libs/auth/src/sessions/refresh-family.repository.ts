import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { Types, type Model } from 'mongoose';
import { currentSession } from '@financeops/core/mongo';
import { RefreshFamily } from './refresh-family.schema';

@Injectable()
export class RefreshFamilyRepository {
  constructor(@InjectModel(RefreshFamily.name) private readonly model: Model<RefreshFamily>) {}

  async insert(family: RefreshFamily): Promise<void> {
    await this.model.create([family]);
  }

  /** Leaves out what has expired: the TTL index removes it only within about a minute. */
  findLive(id: string, now: number): Promise<RefreshFamily | null> {
    return this.model
      .findOne({ _id: new Types.ObjectId(id), expiresAt: mongoose.trusted({ $gt: new Date(now) }) })
      .lean<RefreshFamily>()
      .exec();
  }

  /** Compare and swap in one operation: of any number of parallel uses of a token, one gets `true`. */
  async replaceHash(id: string, from: string, to: string): Promise<boolean> {
    const before = await this.model
      .findOneAndUpdate({ _id: new Types.ObjectId(id), currentHash: from }, { $set: { currentHash: to } })
      .lean<RefreshFamily>()
      .exec();
    return before !== null;
  }

  async delete(id: string): Promise<void> {
    await this.model.deleteOne({ _id: new Types.ObjectId(id) }).exec();
  }

  /** All logins of a person; takes part in the caller's transaction. */
  async deleteAllOf(userId: string): Promise<void> {
    await this.model.deleteMany({ userId: new Types.ObjectId(userId) }, { session: currentSession() }).exec();
  }
}
