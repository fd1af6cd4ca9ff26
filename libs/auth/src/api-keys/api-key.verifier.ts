import { Injectable } from '@nestjs/common';
import { UnauthenticatedError } from '@financeops/core/errors';
import type { Principal } from '@financeops/tenancy/context';
import { TenantScope } from '../tenant-scope';
import { hashSecret, parseApiKey, secretMatches } from './api-key.format';
import { ApiKeyIndexRepository } from './api-key-index.repository';
import { ApiKeyUse } from './api-key-use';
import { ApiKeyRepository } from './api-key.repository';
import { isUsable } from './api-key.rules';

/** Compared with where there is no key, so that a prefix can't be probed for by time. */
const NO_HASH = hashSecret('');

const invalid = () => new UnauthenticatedError('The API key is not valid.');

@Injectable()
export class ApiKeyVerifier {
  constructor(
    private readonly index: ApiKeyIndexRepository,
    private readonly keys: ApiKeyRepository,
    private readonly scope: TenantScope,
    private readonly use: ApiKeyUse,
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
    this.use.note(key, now);
    return { type: 'api-key', id: key._id.toString(), tenantId: key.tenantId.toString(), scopes: key.scopes };
  }
}
