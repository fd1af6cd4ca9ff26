import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { TenantScope } from '../tenant-scope';
import { ApiKeyRepository } from './api-key.repository';
import type { ApiKey } from './api-key.schema';

const STEP_MS = 60_000;
const MAX_KEYS = 20_000;

/** Notes when keys are used, in the background and at most once a minute: no request waits for it or fails with it. */
@Injectable()
export class ApiKeyUse {
  private readonly logger = new Logger(ApiKeyUse.name);
  /** Milliseconds since the epoch, by the key's id: uses that this process noted, or tried to. */
  private readonly noted = new LRUCache<string, number>({ max: MAX_KEYS });

  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly scope: TenantScope,
  ) {}

  /** `key` as it was read for the request; `now` in milliseconds since the epoch. */
  note(key: ApiKey, now: number): void {
    const id = key._id.toString();
    const last = Math.max(key.lastUsedAt?.getTime() ?? 0, this.noted.get(id) ?? 0);
    if (now - last < STEP_MS) return;
    this.noted.set(id, now);
    this.scope
      .within(key.tenantId.toString(), 'api-key', () => this.keys.noteUse(key, new Date(now)))
      .catch((error: unknown) =>
        this.logger.warn({ err: error, keyId: id }, "a key's last use was not noted"),
      );
  }
}
