import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model, type Types } from 'mongoose';
import { UnavailableError } from '@financeops/core/errors';
import { currentSession } from '@financeops/core/mongo';
import { BulkUpload } from './bulk-upload.schema';

/** Milliseconds for which an upload may be silent, and between two signs of life. */
const LEASE_MS = 60_000;
const RENEW_EVERY_MS = 15_000;

const leaseFrom = (now: number): Date => new Date(now + LEASE_MS);

/** Files that are being received, of all tenants. */
@Injectable()
export class BulkUploads {
  constructor(@InjectModel(BulkUpload.name) private readonly model: Model<BulkUpload>) {}

  /** Notes the upload before its first line is stored. Returns what ends its signs of life. */
  async begin(_id: Types.ObjectId, tenantId: string): Promise<() => void> {
    await this.model.create({ _id, tenantId, leaseUntil: leaseFrom(Date.now()), abandoned: false });
    const timer = setInterval(() => {
      const renewed = this.model.updateOne({ _id }, { $set: { leaseUntil: leaseFrom(Date.now()) } }).exec();
      // Without MongoDB the upload fails by itself.
      renewed.catch(() => undefined);
    }, RENEW_EVERY_MS).unref();
    return () => clearInterval(timer);
  }

  /**
   * The file is accepted. In the transaction that stores it.
   * @throws UnavailableError when the sweeper has given the upload up already.
   */
  async accept(_id: Types.ObjectId): Promise<void> {
    const { deletedCount } = await this.model
      .deleteOne({ _id, abandoned: false }, { session: currentSession() })
      .exec();
    if (deletedCount === 0)
      throw new UnavailableError('The upload took too long to be stored; send it again.');
  }

  /**
   * The file is not to be accepted any more; an acceptance that is committing is waited for. `false`: it has been accepted,
   * or was swept away.
   */
  async giveUp(_id: Types.ObjectId): Promise<boolean> {
    const { matchedCount } = await this.model.updateOne({ _id }, { $set: { abandoned: true } }).exec();
    return matchedCount > 0;
  }

  /** Its lines are gone. */
  async forget(_id: Types.ObjectId): Promise<void> {
    await this.model.deleteOne({ _id }).exec();
  }

  /** Takes over one upload whose process is dead. */
  takeAbandoned(now: number): Promise<BulkUpload | null> {
    return this.model
      .findOneAndUpdate(
        { leaseUntil: mongoose.trusted({ $lte: new Date(now) }) },
        { $set: { leaseUntil: leaseFrom(now), abandoned: true } },
        { returnDocument: 'after' },
      )
      .lean<BulkUpload>()
      .exec();
  }
}
