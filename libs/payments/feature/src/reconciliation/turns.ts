import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { duplicateKeyFields } from '@financeops/core/mongo';
import { Turn } from './turn.schema';

/** Shares out regular work among processes. */
@Injectable()
export class Turns {
  constructor(@InjectModel(Turn.name) private readonly model: Model<Turn>) {}

  /** Whether the work is the caller's now; then it is nobody else's for `everyMs` milliseconds, whatever becomes of it. */
  async take(name: string, everyMs: number, now: number = Date.now()): Promise<boolean> {
    try {
      const { modifiedCount, upsertedCount } = await this.model.updateOne(
        { _id: name, nextAt: mongoose.trusted({ $lte: new Date(now) }) },
        { $set: { nextAt: new Date(now + everyMs) } },
        { upsert: true },
      );
      return modifiedCount + upsertedCount === 1;
    } catch (error) {
      // It is there, and not due: the upsert took it for missing.
      if (duplicateKeyFields(error) !== null) return false;
      throw error;
    }
  }
}
