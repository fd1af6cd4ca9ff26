import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import type { PagePosition } from '@financeops/core/http';
import {
  TenantAwareRepository,
  TenantIsolation,
  type TenantFilter,
  type TenantPage,
} from '@financeops/data-access/isolation';
import { ApiKey } from './api-key.schema';

/** Keys that are there: revoked ones, and rolled ones past their overlap, are gone for good. Expired ones still show. */
const present = (now: Date): TenantFilter<ApiKey> => ({
  revokedAt: null,
  $or: [{ overlapUntil: null }, { overlapUntil: { $gt: now } }],
});

@Injectable()
export class ApiKeyRepository extends TenantAwareRepository<ApiKey> {
  constructor(@InjectModel(ApiKey.name) model: Model<ApiKey>, isolation: TenantIsolation) {
    super(model, isolation);
  }

  /** Whether or not it is revoked. */
  findByPrefix(prefix: string): Promise<ApiKey | null> {
    return this.findOne({ filter: { prefix } });
  }

  findPresent(id: string, now: Date): Promise<ApiKey | null> {
    return this.findOne({ filter: { _id: id, ...present(now) } });
  }

  pageOfPresent(limit: number, after: PagePosition | null, now: Date): Promise<TenantPage<ApiKey>> {
    return this.paginate({ filter: present(now), limit, after });
  }

  hasPresent(now: Date): Promise<boolean> {
    return this.exists({ filter: present(now) });
  }

  /** `null` when there is none (any more). */
  revoke(id: string, now: Date): Promise<ApiKey | null> {
    return this.updateOne({ _id: id, ...present(now) }, { $set: { revokedAt: now } });
  }

  /** Lets it work on until then; `null` when it has been rolled or revoked already. */
  endAt(id: string, overlapUntil: Date): Promise<ApiKey | null> {
    return this.updateOne({ _id: id, revokedAt: null, overlapUntil: null }, { $set: { overlapUntil } });
  }

  /** Of many processes that saw the same last use, one writes. */
  async noteUse({ _id, lastUsedAt }: ApiKey, now: Date): Promise<void> {
    await this.updateOne({ _id, lastUsedAt }, { $set: { lastUsedAt: now } });
  }
}
