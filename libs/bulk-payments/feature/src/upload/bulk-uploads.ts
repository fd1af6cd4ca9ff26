import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model, type Types } from 'mongoose';
import { UnavailableError } from '@financeops/core/errors';
import { currentSession } from '@financeops/core/mongo';
import { BulkUpload } from './bulk-upload.schema';

/** Duration of a lease, and interval of its renewal. */
const LEASE_MS = 60_000;
const RENEW_EVERY_MS = 15_000;

const leaseFrom = (now: number): Date => new Date(now + LEASE_MS);

/** Files of all tenants that are being received. */
@Injectable()
export class BulkUploads {
  constructor(@InjectModel(BulkUpload.name) private readonly model: Model<BulkUpload>) {}

  /** Registers an upload before its first line is stored, and renews its lease. Returns a function that stops renewing. */
  async register(_id: Types.ObjectId, tenantId: string): Promise<() => void> {
    await this.model.create({ _id, tenantId, leaseUntil: leaseFrom(Date.now()), abandoned: false });
    const timer = setInterval(() => {
      const renewed = this.model.updateOne({ _id }, { $set: { leaseUntil: leaseFrom(Date.now()) } }).exec();
      // Without MongoDB the upload itself fails.
      renewed.catch(() => undefined);
    }, RENEW_EVERY_MS).unref();
    return () => clearInterval(timer);
  }

  /**
   * Ends an accepted upload. Call it in the transaction that stores the bulk payment.
   * @throws UnavailableError when the sweeper has abandoned the upload.
   */
  async complete(_id: Types.ObjectId): Promise<void> {
    const { deletedCount } = await this.model
      .deleteOne({ _id, abandoned: false }, { session: currentSession() })
      .exec();
    if (deletedCount === 0) throw new UnavailableError('The upload took too long; send it again.');
  }

  /**
   * Prevents the upload from being accepted, after waiting for a concurrent acceptance. Returns false when it has been
   * accepted or removed.
   */
  async abandon(_id: Types.ObjectId): Promise<boolean> {
    const { matchedCount } = await this.model.updateOne({ _id }, { $set: { abandoned: true } }).exec();
    return matchedCount > 0;
  }

  /** Removes the upload after its lines are deleted. */
  async remove(_id: Types.ObjectId): Promise<void> {
    await this.model.deleteOne({ _id }).exec();
  }

  /** Claims one upload whose lease has expired at `now` (milliseconds since the epoch). */
  claimAbandoned(now: number): Promise<BulkUpload | null> {
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
