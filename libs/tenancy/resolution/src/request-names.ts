import type { IncomingMessage } from 'node:http';
import { BadRequestError } from '@financeops/core/errors';
import { parseTenantName, type TenantName } from '@financeops/tenancy/directory';
import { hostName, type HostClaim } from './host.rules';

export interface RequestNames {
  /** What `X-Tenant-ID` says; `null` when it isn't there. */
  header: TenantName | null;
  host: HostClaim;
}

export interface NameSettings {
  parseHost(raw: string): HostClaim;
  /** Whether the socket's peer is a proxy whose `X-Forwarded-Host` counts. */
  isTrustedProxy(address: string): boolean;
}

/** The headers that name somebody, each of which may be sent once. */
const SINGLE = ['host', 'authorization', 'x-api-key', 'x-tenant-id', 'x-forwarded-host'] as const;
type SingleName = (typeof SINGLE)[number];
type Singles = Partial<Record<SingleName, string>>;
const LENGTHS: ReadonlySet<number> = new Set(SINGLE.map(({ length }) => length));

/**
 * Their values as they came over the wire: Node joins or drops repeated ones.
 * @throws BadRequestError for one that is sent twice
 */
const singlesOf = ({ rawHeaders }: IncomingMessage, trusted: boolean): Singles => {
  const found: Singles = {};
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const sent = rawHeaders[at]!;
    if (!LENGTHS.has(sent.length)) continue;
    const name = sent.toLowerCase() as SingleName;
    if (!SINGLE.includes(name) || (name === 'x-forwarded-host' && !trusted)) continue;
    if (found[name] !== undefined) throw new BadRequestError(`The header ${name} may be sent once.`);
    found[name] = rawHeaders[at + 1]!;
  }
  return found;
};

/** `http://host/path` as the request target: its host must be the Host header's (RFC 9112, 3.2.2). */
const requireSameTarget = (sentHost: string | undefined, originalTarget: string): void => {
  if (originalTarget.startsWith('/')) return;
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(originalTarget);
  if (absolute === null) return;
  const target = hostName(absolute[1]!);
  const host = hostName(sentHost ?? '');
  if (target === null || target !== host) {
    throw new BadRequestError('The request target and the Host header name different hosts.');
  }
};

/**
 * What the request says about its tenant, before anybody is asked who that is.
 * @throws BadRequestError for a malformed or repeated `X-Tenant-ID`, `Host` or credential header: never "absent".
 */
export const readNames = (
  request: IncomingMessage,
  originalTarget: string,
  settings: NameSettings,
): RequestNames => {
  const sent = singlesOf(request, settings.isTrustedProxy(request.socket.remoteAddress ?? ''));
  const id = sent['x-tenant-id'];
  const header = id === undefined ? null : parseTenantName(id);
  if (id !== undefined && header === null) {
    throw new BadRequestError("X-Tenant-ID must be one tenant's id (24 hex digits) or slug.");
  }
  requireSameTarget(sent.host, originalTarget);
  const raw = sent['x-forwarded-host'] ?? sent.host;
  const host: HostClaim = raw === undefined ? { kind: 'neutral' } : settings.parseHost(raw);
  if (host.kind === 'malformed') throw new BadRequestError('The Host header is malformed.');
  return { header, host };
};
