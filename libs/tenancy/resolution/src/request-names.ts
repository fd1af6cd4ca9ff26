import type { IncomingMessage } from 'node:http';
import { BadRequestError } from '@financeops/core/errors';
import { parseTenantName, type TenantName } from '@financeops/tenancy/directory';
import { hostName, parseHost, type HostClaim, type HostSettings } from './host.rules';

export interface RequestNames {
  /** What `X-Tenant-ID` says; `null` when it isn't there. */
  header: TenantName | null;
  host: HostClaim;
}

export interface NameSettings extends HostSettings {
  /** Whether the socket's peer is a proxy whose `X-Forwarded-Host` counts. */
  isTrustedProxy(address: string): boolean;
}

/** Every value of a header as it came over the wire: Node joins or drops repeated ones. */
const rawValues = ({ rawHeaders }: IncomingMessage, name: string): string[] =>
  rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]!.toLowerCase() === name);

const single = (request: IncomingMessage, name: string): string | undefined => {
  const values = rawValues(request, name);
  if (values.length > 1) throw new BadRequestError(`The header ${name} may be sent once.`);
  return values[0];
};

const hostValue = (request: IncomingMessage, settings: NameSettings): string | undefined => {
  const direct = single(request, 'host');
  if (!settings.isTrustedProxy(request.socket.remoteAddress ?? '')) return direct;
  return single(request, 'x-forwarded-host') ?? direct;
};

/** `http://host/path` as the request target: its host must be the Host header's (RFC 9112, 3.2.2). */
const requireSameTarget = (request: IncomingMessage, originalTarget: string): void => {
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(originalTarget);
  if (absolute === null) return;
  const target = hostName(absolute[1]!);
  const host = hostName(single(request, 'host') ?? '');
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
  for (const name of ['authorization', 'x-api-key']) single(request, name);
  const id = single(request, 'x-tenant-id');
  const header = id === undefined ? null : parseTenantName(id);
  if (id !== undefined && header === null) {
    throw new BadRequestError("X-Tenant-ID must be one tenant's id (24 hex digits) or slug.");
  }
  requireSameTarget(request, originalTarget);
  const raw = hostValue(request, settings);
  const host: HostClaim = raw === undefined ? { kind: 'neutral' } : parseHost(raw, settings);
  if (host.kind === 'malformed') throw new BadRequestError('The Host header is malformed.');
  return { header, host };
};
