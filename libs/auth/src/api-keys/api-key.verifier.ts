import { Injectable, Logger } from '@nestjs/common';
import { UnauthenticatedError } from '@financeops/core/errors';
import type { Principal } from '@financeops/tenancy/context';
import { TenantScope } from '../tenant-scope';
import { hashSecret, parseApiKey, secretMatches } from './api-key.format';
import { ApiKeyIndexRepository } from './api-key-index.repository';
import { ApiKeyRepository } from './api-key.repository';
import { isUsable } from './api-key.rules';
import type { ApiKey } from './api-key.schema';

const LAST_USED_STEP_MS = 60_000;
/** Compared with where there is no key, so that a prefix can't be probed for by time. */
const NO_HASH = hashSecret('');

const invalid = () => new UnauthenticatedError('The API key is not valid.');

@Injectable()
export class ApiKeyVerifier {
  private readonly logger = new Logger(ApiKeyVerifier.name);

  constructor(
    private readonly index: ApiKeyIndexRepository,
    private readonly keys: ApiKeyRepository,
    private readonly scope: TenantScope,
  ) {}

  /**
   * Reads the key each time: a revocation counts from the moment it is stored, on every process.
   * @throws UnauthenticatedError for a key that is malformed, unknown, revoked or expired.
   */
  async verify(text: string, now: number = Date.now()): Promise<Principal & { type: 'api-key' }> {
    const parts = parseApiKey(text);
    if (parts === null) throw invalid();
    const tenantId = await this.index.findTenantId(parts.prefix);
    const key =
      tenantId === null
        ? null
        : await this.scope.within(tenantId, 'api-key', () => this.keys.findByPrefix(parts.prefix));
    const matches = secretMatches(parts.secret, key?.secretHash ?? NO_HASH);
    if (key === null || !matches || !isUsable(key, now)) throw invalid();
    this.noteUse(key, now);
    return { type: 'api-key', id: key._id.toString(), tenantId: key.tenantId.toString(), scopes: key.scopes };
  }

  /** In the background: no request waits for it or fails with it. */
  private noteUse(key: ApiKey, now: number): void {
    const last = key.lastUsedAt?.getTime() ?? 0;
    if (now - last < LAST_USED_STEP_MS) return;
    this.scope
      .within(key.tenantId.toString(), 'api-key', () =>
        // Of many processes that see the same old time, one writes.
        this.keys.updateOne(
          { _id: key._id, lastUsedAt: key.lastUsedAt },
          { $set: { lastUsedAt: new Date(now) } },
        ),
      )
      .catch((error: unknown) => this.logger.warn({ err: error }, "a key's last use was not noted"));
  }
}
