import { LRUCache } from 'lru-cache';
import { parseHost, type HostClaim, type HostSettings } from './host.rules';

const REMEMBERED = 1_000;
/** The longest host there is, with a port. What is longer is malformed and not worth the memory. */
const LONGEST = 260;

/** What hosts claim, by one platform's settings; clients come with the same few again and again. */
export class HostClaims {
  private readonly claims = new LRUCache<string, HostClaim>({ max: REMEMBERED });

  constructor(private readonly settings: HostSettings) {}

  /** @param raw `host[:port]` as it was sent */
  parse(raw: string): HostClaim {
    const known = this.claims.get(raw);
    if (known !== undefined) return known;
    const claim = parseHost(raw, this.settings);
    if (raw.length <= LONGEST) this.claims.set(raw, claim);
    return claim;
  }
}
