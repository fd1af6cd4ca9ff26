import { Metrics } from '@financeops/core/observability';
import { ResolvedTenant, type Principal } from '@financeops/tenancy/context';
import type { TenantDirectory } from '@financeops/tenancy/directory';
import type { HostClaim } from './host.rules';
import { TenantResolverService } from './tenant-resolver.service';

const tenant = (slug: string, digit: string, isActive = true) =>
  new ResolvedTenant({
    id: digit.repeat(24),
    slug,
    name: slug,
    tier: 'STARTER',
    isActive,
    branding: { displayName: null, primaryColor: null, logoUrl: null },
    domains: [`pay.${slug}.example`],
    overrides: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
  });

const a = tenant('bank-a', 'a');
const b = tenant('bank-b', 'b');
const closed = tenant('closed', 'c', false);
const all = [a, b, closed];
const find = (match: (t: ResolvedTenant) => boolean) => Promise.resolve(all.find(match) ?? null);
const directory = {
  recall: (id: string) => all.find((t) => t.id === id),
  findById: (id: string) => find((t) => t.id === id),
  findBySlug: (slug: string) => find((t) => t.slug === slug),
  findByDomain: (domain: string) => find((t) => t.snapshot.domains.includes(domain)),
} as unknown as TenantDirectory;

const resolver = new TenantResolverService(directory, new Metrics());
const user = (of: ResolvedTenant): Principal => ({
  type: 'user',
  id: '1'.repeat(24),
  tenantId: of.id,
  role: 'ADMIN',
});
const key = (of: ResolvedTenant): Principal => ({
  type: 'api-key',
  id: '2'.repeat(24),
  tenantId: of.id,
  scopes: [],
});
const superAdmin: Principal = { type: 'super-admin', id: '3'.repeat(24), role: 'SUPER_ADMIN' };
const neutral: HostClaim = { kind: 'neutral' };
const sub = (label: string): HostClaim => ({ kind: 'subdomain', label });
const own = (domain: string): HostClaim => ({ kind: 'domain', domain });

const resolve = async (principal: Principal | null, header: string | null, host: HostClaim) => {
  const { context, error } = await resolver.resolve({
    principal,
    header: header === null ? null : { kind: /^.{24}$/.test(header) ? 'id' : 'slug', value: header },
    host,
  });
  return error?.code ?? (context === null ? 'nothing' : `${context.tenant.slug} via ${context.resolvedVia}`);
};

describe('the chain decides, and everything present must agree', () => {
  it.each<[string, Principal | null, string | null, HostClaim, string]>([
    ['nothing at all', null, null, neutral, 'nothing'],
    ['a token alone', user(a), null, neutral, 'bank-a via jwt'],
    ['a token, header and host of one tenant', user(a), 'bank-a', sub('bank-a'), 'bank-a via jwt'],
    ['a token and a header of another', user(a), 'bank-b', neutral, 'tenant-mismatch'],
    ['a token and a header of nobody', user(a), 'nobody', neutral, 'tenant-mismatch'],
    ['a token and a host of another', user(a), null, sub('bank-b'), 'tenant-mismatch'],
    ['a token and a host of nobody', user(a), null, own('evil.example'), 'tenant-mismatch'],
    ['a token and a good header, but a host of another', user(a), 'bank-a', sub('bank-b'), 'tenant-mismatch'],
    ['a header by id', null, a.id, neutral, 'bank-a via header'],
    ['a header by slug', null, 'bank-a', neutral, 'bank-a via header'],
    ['a header of nobody', null, 'nobody', neutral, 'tenant-not-found'],
    ['a header of nobody never falls through to the host', null, 'nobody', sub('bank-a'), 'tenant-not-found'],
    ['a header and a host that differ', null, 'bank-a', sub('bank-b'), 'tenant-mismatch'],
    ['a header and a host of nobody', null, 'bank-a', own('evil.example'), 'tenant-mismatch'],
    ['a subdomain', null, null, sub('bank-a'), 'bank-a via subdomain'],
    ['a subdomain of nobody', null, null, sub('nobody'), 'tenant-not-found'],
    ['a subdomain that is an id names nobody', null, null, sub(a.id), 'tenant-not-found'],
    ['a custom domain', null, null, own('pay.bank-a.example'), 'bank-a via domain'],
    ['a custom domain of nobody', null, null, own('evil.example'), 'tenant-not-found'],
    ['a key alone', key(a), null, neutral, 'bank-a via api-key'],
    ['a key and its header', key(a), 'bank-a', neutral, 'bank-a via header'],
    ['a key and a header of another', key(a), 'bank-b', neutral, 'unauthenticated'],
    ['a key and a header of nobody', key(a), 'nobody', neutral, 'unauthenticated'],
    ['a key and a host of another', key(a), null, sub('bank-b'), 'tenant-mismatch'],
    ['a key and a host of nobody', key(a), null, own('evil.example'), 'tenant-mismatch'],
    ['a key and its host', key(a), null, sub('bank-a'), 'bank-a via api-key'],
    ['a super-admin', superAdmin, null, neutral, 'nothing'],
    ['a super-admin beside a header', superAdmin, 'bank-a', neutral, 'tenant-mismatch'],
    ['a super-admin beside a host of nobody', superAdmin, null, own('evil.example'), 'tenant-mismatch'],
    ['an inactive tenant by header', null, 'closed', neutral, 'tenant-inactive'],
    ['an inactive tenant by token', user(closed), null, neutral, 'tenant-inactive'],
    ['an inactive tenant by key', key(closed), null, neutral, 'tenant-inactive'],
  ])('%s', async (_case, principal, header, host, outcome) => {
    expect(await resolve(principal, header, host)).toBe(outcome);
  });
});

const nameOf = (value: string) =>
  /^.{24}$/.test(value) ? ({ kind: 'id', value } as const) : ({ kind: 'slug', value } as const);

describe('what is known at once', () => {
  const principals = [null, user(a), user(b), user(closed), key(a), superAdmin];
  const headers = [null, 'bank-a', a.id, 'bank-b', b.id, 'nobody'];
  const hosts = [
    neutral,
    sub('bank-a'),
    sub('bank-b'),
    sub('nobody'),
    own('pay.bank-a.example'),
    own('x.example'),
  ];
  const cases = principals.flatMap((principal) =>
    headers.flatMap((header) => hosts.map((host) => ({ principal, header, host }))),
  );

  it('is what the chain would come to, and everything that is refused or needs a look is left to the chain', async () => {
    let recalled = 0;
    for (const { principal, header, host } of cases) {
      const input = { principal, header: header === null ? null : nameOf(header), host };
      const known = resolver.recall(input, 1);
      if (known === undefined) continue;
      recalled += 1;
      expect(known).toEqual(await resolver.resolve(input, 1));
      expect(known).toMatchObject({ error: null, context: { resolvedVia: 'jwt' } });
    }
    // Bank A with nothing, its slug or its id, on a neutral host, its subdomain or its domain; bank B has one host less.
    expect(recalled).toBe(9 + 6);
  });

  it('does not know a tenant that is not at hand', () => {
    const stranger = { ...user(a), tenantId: 'f'.repeat(24) } as Principal;
    expect(resolver.recall({ principal: stranger, header: null, host: neutral })).toBeUndefined();
  });
});
