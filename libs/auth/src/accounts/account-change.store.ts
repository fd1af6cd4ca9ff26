import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model, type Types } from 'mongoose';
import { currentSession } from '@financeops/core/mongo';
import { AccountChange } from './account-change.schema';

/** A change, as processes need to know it. */
export interface ChangedAccount {
  /** 24-hex ids. */
  id: string;
  tenantId: string;
  /** Milliseconds since the epoch on MongoDB's clock. */
  at: number;
  serial: number;
}

@Injectable()
export class AccountChangeStore {
  constructor(@InjectModel(AccountChange.name) private readonly model: Model<AccountChange>) {}

  /** To be called in the transaction that changes the user. */
  async record(user: { _id: Types.ObjectId; tenantId: Types.ObjectId }): Promise<void> {
    await this.model
      .updateOne(
        { _id: user._id },
        // MongoDB's clock: those of processes may differ.
        { $set: { tenantId: user.tenantId }, $currentDate: { at: true }, $inc: { serial: 1 } },
        { upsert: true, session: currentSession() },
      )
      .exec();
  }

  /** All changes from `at` (on MongoDB's clock, in milliseconds) on. */
  async since(at: number): Promise<ChangedAccount[]> {
    const changes = await this.model
      .find({ at: mongoose.trusted({ $gte: new Date(at) }) })
      .lean<AccountChange[]>()
      .exec();
    return changes.map((change) => ({
      id: change._id.toString(),
      tenantId: change.tenantId.toString(),
      at: change.at.getTime(),
      serial: change.serial,
    }));
  }
}
