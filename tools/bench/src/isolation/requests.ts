import type { Fixture } from '../platform/fixture';

const PAGE = 20;

const get = ({ tokens, tenantIds }: Fixture, at: number, target: string): string =>
  `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n` +
  `Authorization: Bearer ${tokens[at]}\r\nX-Tenant-ID: ${tenantIds[at]}\r\n\r\n`;

/** GET /v1/payments of every tenant's admin: the first page. */
export const listRequests = (fixture: Fixture): string[] =>
  fixture.tokens.map((_, at) => get(fixture, at, `/v1/payments?limit=${PAGE}`));

/** GET /v1/payments/:id, tenant after tenant; `ids` by tenant id. */
export const readRequests = (fixture: Fixture, ids: ReadonlyMap<string, readonly string[]>): string[] =>
  fixture.tenantIds.flatMap((tenantId, at) =>
    (ids.get(tenantId) ?? []).map((id) => get(fixture, at, `/v1/payments/${id}`)),
  );
