import { aPayment, type Headers } from '@financeops/testing';
import type { FurnishedTenant } from './furnished-tenant';
import type { Plan } from './plan';

/** A route of the API's own description. */
export interface Route {
  method: string;
  path: string;
  /** Names of the query's parameters. */
  query: readonly string[];
  /** Whether the description asks for a credential. */
  isProtected: boolean;
}

/** A request, and who may be seen in its reply. */
export interface FuzzRequest {
  method: string;
  path: string;
  headers: Headers;
  body?: string;
  /** The one whose data may come back; `null`: nobody's, and a protected route refuses. */
  entitled: FurnishedTenant | null;
  /** The same for a thing that nobody has, where the path asks for another's. */
  absentPath: string | null;
}

/** What no path's id is: a hex one, and a domain. */
const absentFor = (prefix: string): string =>
  prefix.endsWith('/domains') ? 'pay.nobody.example' : 'f'.repeat(24);

/** Bodies that the routes accept, so that requests get as far as they can. */
const BODIES: Record<string, (dial: number) => Record<string, unknown>> = {
  'POST /v1/payments': () => aPayment(),
  'PATCH /v1/users/{id}': () => ({ name: 'Mallory' }),
  'POST /v1/api-keys': () => ({ name: 'another', scopes: ['payments:read'] }),
  'POST /v1/api-keys/{id}/roll': () => ({ overlapSeconds: 10 }),
};

/** These would change the tenant itself, where its domains are planted: only for requests that must be refused. */
const BODIES_TO_REFUSE: typeof BODIES = {
  'POST /v1/tenant/domains': (dial) => ({ domain: `pay-${dial}.example` }),
  'PATCH /v1/tenant': (dial) => ({ name: `Renamed ${dial}` }),
};

const host = ({ slug }: FurnishedTenant): string => `${slug}.financeops.localhost`;

const namesFor = ({ names, dial }: Plan, own: FurnishedTenant, other: FurnishedTenant): Headers => {
  const spelt = ({ id, slug }: FurnishedTenant) => (dial % 2 === 0 ? id : slug);
  switch (names) {
    case 'nothing':
      return {};
    case 'own header':
      return { 'x-tenant-id': spelt(own) };
    case 'own host':
      return { host: host(own) };
    case 'other header':
      return { 'x-tenant-id': spelt(other) };
    case 'other host':
      return { host: host(other) };
    case 'both':
      return { 'x-tenant-id': spelt(own), host: host(other) };
    case 'nobody':
      return { 'x-tenant-id': 'f'.repeat(24) };
  }
};

const credentialFor = ({ credential }: Plan, own: FurnishedTenant, other: FurnishedTenant): Headers => {
  switch (credential) {
    case 'admin':
      return { authorization: `Bearer ${own.adminToken}` };
    case 'viewer':
      return { authorization: `Bearer ${own.viewerToken}` };
    case 'key':
      return { 'x-api-key': own.apiKey };
    case 'none':
      return {};
    case 'two tenants':
      return { authorization: `Bearer ${own.adminToken}`, 'x-api-key': other.apiKey };
  }
};

/** Values that a parameter of a query gets: mostly another tenant's. */
const queryFor = ({ query, path }: Route, { dial, ids }: Plan, of: FurnishedTenant): string => {
  const values: Record<string, string> = {
    reference: of.reference,
    cursor: of.cursors[path] ?? Object.values(of.cursors)[0]!,
    limit: '100',
    userId: of.things['/v1/users']!,
    resourceId: of.things['/v1/payments']!,
    resourceOwnerNot: 'f'.repeat(24),
    tenantId: of.id,
    status: 'COMPLETED',
    from: '2020-01-01T00:00:00Z',
    createdFrom: '2020-01-01T00:00:00Z',
  };
  const chosen = query.filter((name, at) => name in values && (name === 'limit' || (dial >> at) % 3 === 0));
  // What isn't offered must be refused.
  const smuggled = ids === 'other' && dial % 11 === 0 ? [['tenantId', of.id] as [string, string]] : [];
  const pairs = [...chosen.map((name): [string, string] => [name, values[name]!]), ...smuggled];
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
};

const CHANGES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** What a plan comes to. What tenants have planted is never changed by its owner, so whoever changes it is a leak. */
export const requestFor = (
  plan: Plan,
  routes: readonly Route[],
  tenants: readonly FurnishedTenant[],
): FuzzRequest => {
  const route = routes[plan.route % routes.length]!;
  const { method, path } = route;
  const own = tenants[plan.tenant % tenants.length]!;
  const other = tenants[(plan.tenant + 1 + (plan.other % (tenants.length - 1))) % tenants.length]!;
  const asked = plan.ids === 'own' ? own : other;
  const prefix = path.slice(0, path.indexOf('/{'));
  const takesId = path.includes('{');
  const touchesOwn = plan.ids === 'own' && CHANGES.has(method);
  const id =
    plan.ids === 'absent' || touchesOwn ? absentFor(prefix) : (asked.things[prefix] ?? 'f'.repeat(24));
  const at = (thing: string) =>
    path.replace(/\{\w+\}/, encodeURIComponent(thing)) + queryFor(route, plan, asked);
  const agrees = ['nothing', 'own header', 'own host'].includes(plan.names);
  const isWhole = agrees && plan.credential !== 'none' && plan.credential !== 'two tenants';
  const bodies = isWhole ? BODIES : { ...BODIES, ...BODIES_TO_REFUSE };
  const body = bodies[`${method} ${path}`]?.(plan.dial) ?? {};
  const forged = plan.dial % 5 === 0 ? { ...body, tenantId: other.id } : body;
  const hasBody = CHANGES.has(method) && method !== 'DELETE';
  return {
    method,
    path: at(id),
    headers: {
      ...credentialFor(plan, own, other),
      ...namesFor(plan, own, other),
      ...(hasBody ? { 'content-type': 'application/json' } : {}),
    },
    ...(hasBody ? { body: JSON.stringify(forged) } : {}),
    entitled: isWhole ? own : null,
    absentPath: takesId && id !== absentFor(prefix) && plan.ids === 'other' ? at(absentFor(prefix)) : null,
  };
};
