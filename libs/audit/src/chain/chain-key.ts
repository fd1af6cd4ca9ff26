import { hkdfSync } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '@financeops/core/config';

/** The key of the audit chains, derived from `ENCRYPTION_KEY`: who can write to the database has it not. */
@Injectable()
export class ChainKey {
  readonly bytes: Buffer;

  constructor(@Inject(CONFIG) config: Config) {
    const secret = Buffer.from(config.ENCRYPTION_KEY, 'base64');
    this.bytes = Buffer.from(hkdfSync('sha256', secret, '', 'audit-chain', 32));
  }
}
