import { Injectable } from '@nestjs/common';
import { NotFoundError } from '@financeops/core/errors';
import type { PagePosition } from '@financeops/core/http';
import { TransactionRunner } from '@financeops/core/mongo';
import type { TenantPage } from '@financeops/data-access/isolation';
import { TenantContextService, type Scope } from '@financeops/tenancy/context';
import { formatApiKey, hashSecret, newApiKey } from './api-key.format';
import { ApiKeyIndexRepository } from './api-key-index.repository';
import { ApiKeyRepository } from './api-key.repository';
import { rollRefusal } from './api-key.rules';
import type { ApiKey } from './api-key.schema';

export interface NewApiKey {
  name: string;
  scopes: readonly Scope[];
  expiresAt?: Date | null;
}

/** `secret` is the whole `sk_<prefix>_<secret>`: this is the one time that it can be had. */
export interface CreatedApiKey {
  key: ApiKey;
  secret: string;
}

/** The API keys of the tenant in context. Revoked keys, and rolled ones past their overlap, are found no more. */
@Injectable()
export class ApiKeyService {
  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly index: ApiKeyIndexRepository,
    private readonly transactions: TransactionRunner,
    private readonly contexts: TenantContextService,
  ) {}

  async create({ name, scopes, expiresAt = null }: NewApiKey): Promise<CreatedApiKey> {
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

  /** Newest first. */
  list(limit: number, after: PagePosition | null): Promise<TenantPage<ApiKey>> {
    return this.keys.pageOfPresent(limit, after, new Date());
  }

  hasAny(): Promise<boolean> {
    return this.keys.hasPresent(new Date());
  }

  /** @throws NotFoundError */
  async get(id: string): Promise<ApiKey> {
    const key = await this.keys.findPresent(id, new Date());
    if (key === null) throw new NotFoundError();
    return key;
  }

  /** In force on every process when it resolves. @throws NotFoundError */
  async revoke(id: string): Promise<void> {
    if ((await this.keys.revoke(id, new Date())) === null) throw new NotFoundError();
  }

  /**
   * A successor with the same name, scopes and expiry; the old key works `overlapSeconds` longer, with 0 no more. Of
   * parallel calls one succeeds.
   * @throws NotFoundError, DomainError `invalid-state` for a key that is rolled already or has expired.
   */
  async roll(id: string, overlapSeconds: number): Promise<CreatedApiKey> {
    return this.transactions.run(async () => {
      const now = Date.now();
      const old = await this.get(id);
      const refusal = rollRefusal(old, now);
      if (refusal !== null) throw refusal;
      const ended =
        overlapSeconds === 0
          ? await this.keys.revoke(id, new Date(now))
          : await this.keys.endAt(id, new Date(now + overlapSeconds * 1_000));
      if (ended === null) throw new NotFoundError();
      return this.create(old);
    });
  }
}
