import { randomBytes } from 'node:crypto';
import {
  anApiKey,
  aPayment,
  aTenant,
  type ApiClient,
  type BuiltTenant,
  type RunningApi,
} from '@financeops/testing';
import { ended, sendFile } from '../../bulk/support';

/** A tenant with one of everything that has an id, its marker in each, and ways to ask as it. */
export interface FurnishedTenant extends BuiltTenant {
  /** Stands in what it has, and in nothing that anybody else may see. */
  marker: string;
  /** By the beginning of the paths that take their ids. */
  things: Record<string, string>;
  /** The same paths: where its own list goes on. */
  cursors: Record<string, string>;
  reference: string;
  admin: BuiltTenant['admin'];
  adminToken: string;
  viewerToken: string;
  apiKey: string;
}

const made = async (client: ApiClient, path: string, body: unknown): Promise<string> => {
  const reply = await client.post<{ id: string }>(path, body);
  if (reply.status !== 201) throw new Error(`${path}: ${reply.status} ${reply.text}`);
  return reply.body.id;
};

const cursorOf = async (client: ApiClient, path: string): Promise<string> => {
  const { body } = await client.get<{ nextCursor: string | null }>(`${path}?limit=1`);
  return body.nextCursor ?? 'none';
};

export const furnishedTenant = async (api: RunningApi, operator: ApiClient): Promise<FurnishedTenant> => {
  const tenant = await aTenant('ENTERPRISE').unlimited().madeBy(operator);
  const client = await api.as(tenant);
  const marker = `planted-${randomBytes(9).toString('hex')}`;
  const viewer = { email: `${marker}@viewers.example`, password: randomBytes(12).toString('hex') };
  const reference = `ref-${randomBytes(8).toString('hex')}`;
  const details = { description: marker, metadata: { note: marker } };
  await made(client, '/v1/payments', aPayment(details));
  const things: Record<string, string> = {
    '/v1/payments': await made(client, '/v1/payments', aPayment({ reference, ...details })),
    '/v1/users': await made(client, '/v1/users', { ...viewer, role: 'VIEWER', name: marker }),
    '/v1/api-keys': await made(client, '/v1/api-keys', { name: marker, scopes: ['payments:read'] }),
    '/v1/tenant/domains': `${marker}.example`,
    '/v1/admin/tenants': tenant.id,
  };
  const domain = await client.post('/v1/tenant/domains', { domain: `${marker}.example` });
  if (domain.status !== 201) throw new Error(domain.text);
  const file = `reference,amount,currency,creditorName\r\n${marker},12.50,EUR,${marker}\r\n`;
  const bulk = await sendFile(client, 'csv', file);
  if (bulk.status !== 202) throw new Error(bulk.text);
  await ended(client, bulk.body.id);
  things['/v1/bulk-payments'] = bulk.body.id;
  const cursors = Object.fromEntries(
    await Promise.all(
      ['/v1/payments', '/v1/users', '/v1/audit-events'].map(
        async (path) => [path, await cursorOf(client, path)] as const,
      ),
    ),
  );
  return {
    ...{ ...tenant, marker, things, cursors, reference },
    adminToken: (await api.login(tenant.admin, tenant.slug)).accessToken,
    viewerToken: (await api.login(viewer, tenant.slug)).accessToken,
    apiKey: await anApiKey(api.db, tenant.id, ['payments:read', 'payments:write']),
  };
};
