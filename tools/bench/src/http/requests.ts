import type { Fixture } from '../platform/fixture';

/** GET /v1/me of every tenant's admin, as it goes over the wire. With `named`, X-Tenant-ID too. */
export const meRequests = ({ tokens, tenantIds }: Fixture, named: boolean): string[] =>
  tokens.map(
    (token, at) =>
      'GET /v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n' +
      `Authorization: Bearer ${token}\r\n${named ? `X-Tenant-ID: ${tenantIds[at]}\r\n` : ''}\r\n`,
  );
