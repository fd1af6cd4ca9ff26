import { isIP } from 'node:net';
import { RESERVED_LABELS } from '@financeops/tenancy/directory';

/**
 * What a host says about the tenant.
 * - malformed: not a host at all; the request is a 400
 * - neutral: claims nothing (an IP, localhost, the base domain, a reserved label, a configured neutral host)
 * - subdomain: `label` stands next to the base domain
 * - domain: some other host, which only a verified custom domain makes a tenant's
 */
export type HostClaim =
  | { kind: 'malformed' }
  | { kind: 'neutral' }
  | { kind: 'subdomain'; label: string }
  | { kind: 'domain'; domain: string };

export interface HostSettings {
  /** Lower case, e.g. `financeops.com`. */
  baseDomain: string;
  neutralHosts: readonly string[];
}

const MALFORMED = { kind: 'malformed' } as const;
const NEUTRAL = { kind: 'neutral' } as const;
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

const validPort = (port: string | undefined): boolean =>
  port === undefined || port === '' || (/^\d{1,5}$/.test(port) && Number(port) <= 65_535);

/** `host[:port]` to the lower-case host without port and trailing dot; `null` when it isn't one (RFC 9112, 3.2). */
export const hostName = (raw: string): string | null => {
  const literal = /^\[([0-9a-f:.]+)\](?::(\d*))?$/i.exec(raw);
  if (literal !== null)
    return isIP(literal[1]!) === 6 && validPort(literal[2]) ? `[${literal[1]!.toLowerCase()}]` : null;
  const parts = /^([^:[\]]+)(?::([^:]*))?$/.exec(raw);
  if (parts === null || !validPort(parts[2])) return null;
  const host = parts[1]!.toLowerCase().replace(/\.$/, '');
  if (host.length > 253 || !host.split('.').every((label) => LABEL.test(label))) return null;
  return host;
};

export const parseHost = (raw: string, { baseDomain, neutralHosts }: HostSettings): HostClaim => {
  const named = hostName(raw);
  if (named === null) return MALFORMED;
  if (named.startsWith('[') || isIP(named) !== 0) return NEUTRAL;
  if (neutralHosts.includes(named)) return NEUTRAL;
  const host = named.replace(/^www\./, '');
  if (host === baseDomain || !host.includes('.') || neutralHosts.includes(host)) return NEUTRAL;
  // On a label boundary: evilfinanceops.com isn't under financeops.com.
  if (!host.endsWith(`.${baseDomain}`)) return { kind: 'domain', domain: host };
  const label = host
    .slice(0, -baseDomain.length - 1)
    .split('.')
    .at(-1)!;
  return RESERVED_LABELS.has(label) ? NEUTRAL : { kind: 'subdomain', label };
};
