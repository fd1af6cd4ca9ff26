import type { Principal } from '@financeops/tenancy/context';
import type { HostClaim } from './host.rules';
import {
  aResolver,
  bankA as a,
  bankB as b,
  closed,
  keyOf as key,
  superAdmin,
  userOf as user,
} from './resolution.fixture';

const { resolver, directory, metrics } = aResolver();
const gone: Principal = { type: 'user', id: '1'.repeat(24), tenantId: 'e'.repeat(24), role: 'ADMIN' };
const neutral: HostClaim = { kind: 'neutral' };
const sub = (label: string): HostClaim => ({ kind: 'subdomain', label });
const own = (domain: string): HostClaim => ({ kind: 'domain', domain });

const resolve = async (principal: Principal | null, header: string | null, host: HostClaim) => {
  const { context, error } = await resolver.resolve({
    principal,
    header: header === null ? null : { kind: /^.{24}$/.test(header) ? 'id' : 'slug', value: header },
    host,
  });
  // Whatever is wrong, nothing of a tenant goes with it.
  if (error !== null) expect(context).toBeNull();
  return error?.code ?? (context === null ? 'nothing' : `${context.tenant.slug} via ${context.resolvedVia}`);
};

describe('the chain decides, and everything present must agree', () => {
  it.each<[string, Principal | null, string | null, HostClaim, string]>([
    ['nothing at all', null, null, neutral, 'nothing'],
    ['a token alone', user(a), null, neutral, 'bank-a via jwt'],
    ['a token, header and host of one tenant', user(a), 'bank-a', sub('bank-a'), 'bank-a via jwt'],
    ['a token of a tenant that is gone', gone, null, neutral, 'tenant-mismatch'],
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
    ['a subdomain that can be no slug', null, null, sub('a_b'), 'tenant-not-found'],
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
    let cached = 0;
    for (const { principal, header, host } of cases) {
      const input = { principal, header: header === null ? null : nameOf(header), host };
      const known = resolver.getCached(input, 1);
      if (known === undefined) continue;
      cached += 1;
      expect(known).toEqual(await resolver.resolve(input, 1));
      expect(known).toMatchObject({ error: null, context: { resolvedVia: 'jwt' } });
    }
    // Bank A with nothing, its slug or its id, on a neutral host, its subdomain or its domain; bank B has one host less.
    expect(cached).toBe(9 + 6);
  });

  it('does not know a tenant that is not at hand', () => {
    const stranger = { ...user(a), tenantId: 'f'.repeat(24) } as Principal;
    expect(resolver.getCached({ principal: stranger, header: null, host: neutral })).toBeUndefined();
  });
});

describe('what the audit log and the metrics are told', () => {
  const claims = async (principal: Principal | null, header: string | null, host: HostClaim) =>
    (await resolver.resolve({ principal, header: header === null ? null : nameOf(header), host })).claims;

  it('is what each source named, when they contradict each other: a tenant by its id, nobody by the name', async () => {
    expect(await claims(user(a), 'bank-b', sub('nobody'))).toEqual({
      jwt: a.id,
      header: b.id,
      subdomain: 'nobody',
    });
    expect(await claims(key(a), 'bank-b', own('evil.example'))).toEqual({
      'api-key': a.id,
      header: b.id,
      domain: 'evil.example',
    });
    expect(await claims(null, 'closed', neutral)).toEqual({ header: closed.id });
  });

  it('is nothing when they agree, and no more than 100 characters of a name', async () => {
    expect(await claims(user(a), 'bank-a', neutral)).toEqual({});
    expect(await claims(null, null, own(`${'x'.repeat(120)}.example`))).toEqual({ domain: 'x'.repeat(100) });
  });

  it('counts by what decided and how it ended', async () => {
    const counted = async (via: string, outcome: string) =>
      ((await metrics.registry.getSingleMetric('tenant_resolutions_total')?.get())?.values ?? []).find(
        ({ labels }) => labels['via'] === via && labels['outcome'] === outcome,
      )?.value ?? 0;
    for (const [via, outcome, act] of [
      ['jwt', 'ok', () => resolve(user(a), null, neutral)],
      ['header', 'tenant-not-found', () => resolve(null, 'nobody', neutral)],
      ['none', 'ok', () => resolve(null, null, neutral)],
      [
        'jwt',
        'ok',
        () => Promise.resolve(resolver.getCached({ principal: user(a), header: null, host: neutral })),
      ],
    ] as const) {
      const before = await counted(via, outcome);
      await act();
      expect(await counted(via, outcome)).toBe(before + 1);
    }
    expect(await metrics.registry.getSingleMetricAsString('tenant_resolutions_total')).toMatch(
      /# HELP tenant_resolutions_total Tenant resolutions by/,
    );
  });
});

it('a refusal says in words what to do', async () => {
  const detail = async (principal: Principal | null, header: string, host = neutral) =>
    (await resolver.resolve({ principal, header: nameOf(header), host })).error?.message;
  expect(await detail(null, 'closed')).toMatch(/has been deactivated/);
  expect(await detail(null, 'nobody')).toMatch(/names no tenant/);
  expect(await detail(user(a), 'bank-b')).toMatch(/must all name the same tenant/);
  expect(await detail(key(a), 'bank-b')).toMatch(/^The API key is not one of the tenant/);
});

it('a context is of now where nobody says when', async () => {
  const before = Date.now();
  const { context } = await resolver.resolve({ principal: user(a), header: null, host: neutral });
  const cached = resolver.getCached({ principal: user(a), header: null, host: neutral });
  for (const at of [context?.resolvedAt, cached?.context?.resolvedAt]) {
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now());
  }
});

it('a host is resolved by itself, whoever asks', async () => {
  expect((await resolver.resolveHost(sub('bank-b'))).context).toMatchObject({
    tenant: b,
    resolvedVia: 'subdomain',
  });
  expect((await resolver.resolveHost(neutral)).context).toBeNull();
});

it('a tenant is forgotten through the directory, everywhere', async () => {
  await resolver.invalidateTenantCache(a.id, 7);
  expect(directory.invalidate).toHaveBeenCalledWith(a.id, 7);
});
