import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { Types, type Model } from 'mongoose';
import { DomainError, NotFoundError, ValidationError } from '@financeops/core/errors';
import { currentSession, duplicateKeyFields } from '@financeops/core/mongo';
import type { Branding, Placement, Tier, TenantOverrides } from '@financeops/tenancy/context';
import { isUsableSlug } from './slug.rules';
import { toRecord, type LookupKey, type TenantRecord } from './tenant-record';
import { Tenant, type CustomDomain } from './tenant.schema';

export interface NewTenant {
  slug: string;
  name: string;
  tier: Tier;
  branding?: Partial<Branding>;
  /** Shared by default. It is chosen once: nothing moves a tenant that has documents. */
  placement?: Placement;
}

export interface TenantChange {
  slug?: string;
  name?: string;
  tier?: Tier;
  isActive?: boolean;
  branding?: Branding;
  overrides?: TenantOverrides | null;
  domains?: CustomDomain[];
}

const NO_BRANDING: Branding = { displayName: null, primaryColor: null, logoUrl: null };

const requireUsable = (slug: string): void => {
  if (!isUsableSlug(slug)) {
    throw new ValidationError([
      {
        pointer: '/slug',
        message: 'must be a DNS label of lower-case letters, digits and hyphens, and not a reserved one',
      },
    ]);
  }
};

const slugTaken = (error: unknown): unknown =>
  duplicateKeyFields(error)?.includes('slug')
    ? new DomainError('conflict', 'This slug is taken.', {
        errors: [{ pointer: '/slug', message: 'is taken' }],
      })
    : error;

/** The tenants collection. Caches stand in front of it in TenantDirectory; changes go through TenantRegistry. */
@Injectable()
export class TenantStore {
  constructor(@InjectModel(Tenant.name) private readonly model: Model<Tenant>) {}

  async find({ by, value }: LookupKey): Promise<TenantRecord | null> {
    const filter =
      by === 'id'
        ? { _id: new Types.ObjectId(value) }
        : by === 'slug'
          ? { slug: value }
          : { domains: mongoose.trusted({ $elemMatch: { domain: value, verifiedAt: { $ne: null } } }) };
    const tenant = await this.model.findOne(filter).lean<Tenant>().exec();
    return tenant === null ? null : toRecord(tenant);
  }

  /** @throws DomainError `validation-failed` or `conflict` for the slug. */
  async insert(_id: Types.ObjectId, input: NewTenant): Promise<TenantRecord> {
    requireUsable(input.slug);
    try {
      const [tenant] = await this.model.create(
        [
          {
            _id,
            ...input,
            isActive: true,
            branding: { ...NO_BRANDING, ...input.branding },
            domains: [],
            overrides: null,
          },
        ],
        { session: currentSession() },
      );
      return toRecord(tenant!.toObject());
    } catch (error) {
      throw slugTaken(error);
    }
  }

  /** Newest first; `after` is where the page before ended. */
  async list(limit: number, after: { createdAt: Date; id: string } | null): Promise<TenantRecord[]> {
    const older =
      after === null
        ? {}
        : {
            $or: [
              { createdAt: mongoose.trusted({ $lt: after.createdAt }) },
              { createdAt: after.createdAt, _id: mongoose.trusted({ $lt: new Types.ObjectId(after.id) }) },
            ],
          };
    const tenants = await this.model
      .find(older)
      .sort({ createdAt: -1, _id: -1 })
      .limit(limit)
      .lean<Tenant[]>()
      .exec();
    return tenants.map(toRecord);
  }

  /** Those with a database of their own. */
  async listDedicated(): Promise<TenantRecord[]> {
    const tenants = await this.model.find({ placement: 'dedicated' }).lean<Tenant[]>().exec();
    return tenants.map(toRecord);
  }

  /** Which tenants have changed since then, and their revisions. */
  async changedSince(since: Date): Promise<{ id: string; revision: number }[]> {
    const changed = await this.model
      .find({ updatedAt: mongoose.trusted({ $gte: since }) })
      .select({ revision: 1 })
      .lean<Pick<Tenant, '_id' | 'revision'>[]>()
      .exec();
    return changed.map(({ _id, revision }) => ({ id: _id.toHexString(), revision }));
  }

  /** All domains that the tenant asked for, proved or not, in the order of asking. */
  async domains(id: string): Promise<CustomDomain[]> {
    const tenant = await this.model
      .findOne({ _id: new Types.ObjectId(id) })
      .session(currentSession() ?? null)
      .lean<Tenant>()
      .exec();
    if (tenant === null) throw new NotFoundError();
    return tenant.domains;
  }

  /**
   * Makes transactions that decide by a count of the tenant's things (seats, last admin) wait for each other: all of
   * them write this one field, so the later one is a write conflict and runs again. Call it first in the transaction.
   * Returns the tenant as stored, so that a limit is the one in force and not one from a cache. @throws NotFoundError
   */
  async serialize(id: string): Promise<TenantRecord> {
    const tenant = await this.model
      .findOneAndUpdate(
        { _id: new Types.ObjectId(id) },
        { $inc: { serial: 1 } },
        { session: currentSession(), timestamps: false },
      )
      .lean<Tenant>()
      .exec();
    if (tenant === null) throw new NotFoundError();
    return toRecord(tenant);
  }

  /** Applies a change and raises the revision. @throws NotFoundError, or DomainError for the slug. */
  async update(id: string, change: TenantChange): Promise<TenantRecord> {
    if (change.slug !== undefined) requireUsable(change.slug);
    try {
      const tenant = await this.model
        .findOneAndUpdate(
          { _id: new Types.ObjectId(id) },
          { $set: change, $inc: { revision: 1 } },
          { returnDocument: 'after', session: currentSession() },
        )
        .lean<Tenant>()
        .exec();
      if (tenant === null) throw new NotFoundError();
      return toRecord(tenant);
    } catch (error) {
      throw slugTaken(error);
    }
  }
}
