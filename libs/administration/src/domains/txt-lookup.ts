import { Resolver } from 'node:dns/promises';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '@financeops/core/config';
import { UnavailableError } from '@financeops/core/errors';

/** DNS answers that mean "there is no such record", as against "nobody answered". */
const NO_RECORD = new Set(['ENOTFOUND', 'ENODATA']);

/** Asks the DNS for TXT records: the servers of DNS_SERVERS, or the system's. */
@Injectable()
export class TxtLookup {
  private readonly resolver = new Resolver({ timeout: 2_000, tries: 2 });

  constructor(@Inject(CONFIG) config: Config) {
    if (config.DNS_SERVERS.length > 0) this.resolver.setServers(config.DNS_SERVERS);
  }

  /** The texts at `name`, each with its strings joined (RFC 7208, 3.3); none is `[]`. @throws UnavailableError */
  async find(name: string): Promise<string[]> {
    try {
      return (await this.resolver.resolveTxt(name)).map((strings) => strings.join(''));
    } catch (error) {
      if (NO_RECORD.has((error as NodeJS.ErrnoException).code ?? '')) return [];
      throw new UnavailableError('The DNS does not answer for this domain. Try again shortly.', 5, error);
    }
  }
}
