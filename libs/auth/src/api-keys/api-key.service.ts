import { Injectable } from '@nestjs/common';
import { TransactionRunner } from '@financeops/core/mongo';
import { TenantContextService, type Scope } from '@financeops/tenancy/context';
import { formatApiKey, hashSecret, newApiKey } from './api-key.format';
import { ApiKeyIndexRepository } from './api-key-index.repository';
import { ApiKeyRepository } from './api-key.repository';
import type { ApiKey } from './api-key.schema';

export interface NewApiKey {
  name: string;
  scopes: Scope[];
  expiresAt?: Date | null;
}

/** The API keys of the tenant in context. */
@Injectable()
export class ApiKeyService {
  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly index: ApiKeyIndexRepository,
    private readonly transactions: TransactionRunner,
    private readonly contexts: TenantContextService,
  ) {}

  /** `secret` is the whole `sk_<prefix>_<secret>`: this is the one time that it can be had. */
  async create({ name, scopes, expiresAt = null }: NewApiKey): Promise<{ key: ApiKey; secret: string }> {
    const parts = newApiKey();
    const tenantId = this.contexts.getTenantId();
    const key = await this.transactions.run(async () => {
      await this.index.insert(parts.prefix, tenantId);
      return this.keys.create({
        name,
        prefix: parts.prefix,
        secretHash: hashSecret(parts.secret),
        scopes: [...new Set(scopes)],
        expiresAt,
        lastUsedAt: null,
        revokedAt: null,
        overlapUntil: null,
      });
    });
    return { key, secret: formatApiKey(parts) };
  }
}
