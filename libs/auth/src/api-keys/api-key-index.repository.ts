import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { LRUCache } from 'lru-cache';
import { Types, type Model } from 'mongoose';
import { currentSession } from '@financeops/core/mongo';
import { ApiKeyIndexEntry } from './api-key-index.schema';

const CACHED_PREFIXES = 20_000;

@Injectable()
export class ApiKeyIndexRepository {
  /** An entry never changes, so it may be kept for good; whether the key still counts is read each time. */
  private readonly known = new LRUCache<string, string>({ max: CACHED_PREFIXES });

  constructor(@InjectModel(ApiKeyIndexEntry.name) private readonly model: Model<ApiKeyIndexEntry>) {}

  async insert(prefix: string, tenantId: string): Promise<void> {
    await this.model.create([{ _id: prefix, tenantId: new Types.ObjectId(tenantId) }], {
      session: currentSession(),
    });
  }

  /** 24-hex id. */
  async findTenantId(prefix: string): Promise<string | null> {
    const known = this.known.get(prefix);
    if (known !== undefined) return known;
    const entry = await this.model.findOne({ _id: prefix }).lean<ApiKeyIndexEntry>().exec();
    if (entry === null) return null;
    const tenantId = entry.tenantId.toString();
    this.known.set(prefix, tenantId);
    return tenantId;
  }
}
