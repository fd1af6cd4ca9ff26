import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { TenantAwareRepository, TenantIsolation } from '@financeops/data-access/isolation';
import { ApiKey } from './api-key.schema';

@Injectable()
export class ApiKeyRepository extends TenantAwareRepository<ApiKey> {
  constructor(@InjectModel(ApiKey.name) model: Model<ApiKey>, isolation: TenantIsolation) {
    super(model, isolation);
  }

  findByPrefix(prefix: string): Promise<ApiKey | null> {
    return this.findOne({ filter: { prefix } });
  }
}
