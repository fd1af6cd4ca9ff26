import { Injectable } from '@nestjs/common';
import { actorOf, AuditLog, type AuditAction } from '@financeops/audit';
import { ApiKeyService, type ApiKey, type CreatedApiKey } from '@financeops/auth';
import { DomainError, ValidationError } from '@financeops/core/errors';
import { CursorCodec, parseInstant, type Page, type PageQuery } from '@financeops/core/http';
import { TenantContextService } from '@financeops/tenancy/context';
import type { RequestActor } from '../request-actor';
import type { CreateApiKeyDto } from './api-keys.dto';

/**
 * What a tenant's ADMINs do with its API keys, on record. A tenant that lost `api_access` keeps its keys (the access
 * guard refuses their requests), may read and revoke them, and makes no more.
 */
@Injectable()
export class ApiKeyAdministrationService {
  constructor(
    private readonly keys: ApiKeyService,
    private readonly audit: AuditLog,
    private readonly cursors: CursorCodec,
    private readonly contexts: TenantContextService,
  ) {}

  /** @throws ValidationError for an expiry that isn't in the future. */
  async create({ name, scopes, expiresAt }: CreateApiKeyDto, act: RequestActor): Promise<CreatedApiKey> {
    const created = await this.keys.create({ name, scopes, expiresAt: futureInstant(expiresAt ?? null) });
    await this.record('api-key.created', created.key._id.toString(), act, {
      scopes: created.key.scopes,
      expiresAt: created.key.expiresAt?.toISOString() ?? null,
    });
    return created;
  }

  /** Newest first. @throws DomainError `feature-not-in-tier` without the feature and any key. */
  async list({ limit, cursor }: PageQuery): Promise<Page<ApiKey>> {
    await this.requireFeatureOrKeys();
    const binding = [this.contexts.getTenantId(), 'api-keys'];
    const after = cursor === undefined ? null : this.cursors.decode(cursor, binding);
    const { items, next } = await this.keys.list(limit, after);
    return { data: items, nextCursor: next && this.cursors.encode(next, binding) };
  }

  /** @throws NotFoundError, DomainError `feature-not-in-tier` as `list` does. */
  async get(id: string): Promise<ApiKey> {
    await this.requireFeatureOrKeys();
    return this.keys.get(id);
  }

  /** @throws NotFoundError, DomainError `feature-not-in-tier` as `list` does. */
  async revoke(id: string, act: RequestActor): Promise<void> {
    await this.requireFeatureOrKeys();
    await this.keys.revoke(id);
    await this.record('api-key.revoked', id, act);
  }

  /** @throws NotFoundError, DomainError `invalid-state`. */
  async roll(id: string, overlapSeconds: number, act: RequestActor): Promise<CreatedApiKey> {
    const created = await this.keys.roll(id, overlapSeconds);
    await this.record('api-key.rolled', id, act, {
      successor: created.key._id.toString(),
      overlapSeconds,
    });
    return created;
  }

  private async requireFeatureOrKeys(): Promise<void> {
    if (this.contexts.getTenant().getEffectiveLimits().features.includes('api_access')) return;
    if (await this.keys.hasAny()) return;
    throw new DomainError(
      'feature-not-in-tier',
      "API keys need the feature api_access, which the tenant's tier lacks.",
    );
  }

  private record(
    action: Extract<AuditAction, `api-key.${string}`>,
    id: string,
    { actor, requestId }: RequestActor,
    details: Record<string, unknown> = {},
  ): Promise<void> {
    return this.audit.record({
      tenantId: this.contexts.getTenantId(),
      action,
      outcome: 'allowed',
      actor: actorOf(actor),
      // Keys are the tenant's, no single user's.
      resource: { type: 'api-key', id, ownerId: null },
      requestId,
      details,
    });
  }
}

const futureInstant = (text: string | null): Date | null => {
  if (text === null) return null;
  const instant = parseInstant(text);
  if (instant === null || instant.getTime() <= Date.now()) {
    throw new ValidationError([{ pointer: '/expiresAt', message: 'must be in the future' }]);
  }
  return instant;
};
