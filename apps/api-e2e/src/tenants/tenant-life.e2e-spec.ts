import { DnsServer, START_TIMEOUT_MS, startApi, type ApiClient, type RunningApi } from '@financeops/testing';
import { expectProblem } from '../support/problem';
import type { Me, Payment } from '../support/views';

interface Tenant {
  id: string;
  slug: string;
  tier: string;
  isActive: boolean;
  features: string[];
  limits: Record<string, number | null>;
  overrides: unknown;
  placement: string;
}
interface Domain {
  domain: string;
  status: string;
  verification: { type: string; name: string; value: string };
}

/** From its creation to its first payments by every way of naming it, through a downgrade, to its end. */
describe('The life of a tenant', () => {
  const slug = 'new-bank';
  const admin = { email: 'Ada@new-bank.example', password: 'a long enough password' };
  const host = `${slug}.financeops.localhost`;
  const domain = 'pay.new-bank.example';
  let dns: DnsServer;
  let api: RunningApi;
  let operator: ApiClient;
  let ada: ApiClient;
  let id: string;
  let secret: string;

  beforeAll(async () => {
    dns = await DnsServer.start();
    api = await startApi({ env: { DNS_SERVERS: dns.address } });
    operator = await api.asOperator();
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    await api?.stop();
    await dns?.stop();
  });

  const pay = (client: ApiClient, reference: string, headers: Record<string, string> = {}) =>
    client.post<Payment>(
      '/v1/payments',
      { reference, amount: 100, currency: 'EUR', method: 'card' },
      headers,
    );
  const change = (body: Record<string, unknown>) => operator.patch<Tenant>(`/v1/admin/tenants/${id}`, body);

  it('begins with a super-admin, who makes it with its first ADMIN', async () => {
    const reply = await operator.post<Tenant>('/v1/admin/tenants', {
      slug,
      name: 'New Bank',
      tier: 'ENTERPRISE',
      admin,
      settings: { branding: { displayName: 'New!', primaryColor: '#00ff00' } },
    });
    expect(reply.status).toBe(201);
    ({ id } = reply.body);
    expect(reply.headers.location).toBe(`/v1/admin/tenants/${id}`);
    expect(reply.body).toMatchObject({
      slug,
      tier: 'ENTERPRISE',
      isActive: true,
      limits: { maxUsers: null, maxTransactionsPerMonth: null, requestsPerMinute: 1000 },
      settings: { branding: { displayName: 'New!', primaryColor: '#00ff00', logoUrl: null } },
      overrides: null,
      placement: 'shared',
    });
    expect((await operator.get(`/v1/admin/tenants/${id}`)).body).toEqual(reply.body);
    expectProblem(
      await operator.post('/v1/admin/tenants', { slug, name: 'x', tier: 'STARTER', admin }),
      'conflict',
    );
    const reserved = await operator.post('/v1/admin/tenants', {
      slug: 'admin',
      name: 'x',
      tier: 'STARTER',
      admin,
    });
    expectProblem(reserved, 'validation-failed', { pointers: ['/slug'] });
    ada = await api.as({ slug, admin });
  });

  it('has settings of its own, and branding that anybody may see by its host', async () => {
    const patched = await ada.patch<Tenant>('/v1/tenant', {
      settings: { branding: { displayName: 'Newer' } },
    });
    expect([patched.status, patched.body]).toMatchObject([
      200,
      { settings: { branding: { displayName: 'Newer', primaryColor: '#00ff00' } } },
    ]);
    const seen = await api.client({ host }).get('/v1/tenant/branding');
    expect(seen.body).toEqual({ slug, displayName: 'Newer', primaryColor: '#00ff00', logoUrl: null });
  });

  it('pays by an API key with X-Tenant-ID, by its subdomain, and by neither', async () => {
    const key = await ada.post<{ secret: string }>('/v1/api-keys', {
      name: 'server',
      scopes: ['payments:write'],
    });
    expect(key.status).toBe(201);
    ({ secret } = key.body);
    const server = api.client({ 'x-api-key': secret });
    expect((await pay(server, 'by-header', { 'x-tenant-id': slug })).status).toBe(201);
    expect((await pay(server, 'by-id', { 'x-tenant-id': id })).status).toBe(201);
    expect((await pay(server, 'by-host', { host })).status).toBe(201);
    expect((await pay(server, 'by-key')).status).toBe(201);
    expectProblem(
      await pay(server, 'astray', { host: 'first-bank.financeops.localhost' }),
      'tenant-mismatch',
    );
  });

  it('pays by its custom domain, once it is proved and not before', async () => {
    const server = api.client({ 'x-api-key': secret, host: domain });
    const asked = await ada.post<Domain>('/v1/tenant/domains', { domain });
    expect([asked.status, asked.body.status]).toEqual([201, 'PENDING']);
    expect(asked.body.verification.name).toBe(`_financeops-challenge.${domain}`);
    expectProblem(await pay(server, 'too-early'), 'tenant-mismatch');
    expectProblem(await ada.post(`/v1/tenant/domains/${domain}/verify`), 'invalid-state');
    dns.txt(asked.body.verification.name, 'something else', asked.body.verification.value);
    const verified = await ada.post<Domain>(`/v1/tenant/domains/${domain}/verify`);
    expect([verified.status, verified.body.status]).toEqual([200, 'VERIFIED']);
    expect((await pay(server, 'by-domain')).status).toBe(201);
    const login = await api.client({ host: `www.${domain}` }).post('/v1/auth/login', admin);
    expect(login.status).toBe(200);
  });

  it('has its domain for itself: the second to prove it is refused', async () => {
    const rival = await api.as(api.demo('first-bank'), 'admin');
    const asked = await rival.post<Domain>('/v1/tenant/domains', { domain });
    expect(asked.status).toBe(201);
    dns.txt(asked.body.verification.name, asked.body.verification.value);
    expectProblem(await rival.post(`/v1/tenant/domains/${domain}/verify`), 'conflict');
    for (const bad of [
      '127.0.0.1',
      'localhost',
      'x.financeops.localhost',
      'https://a.example',
      'www.a.example',
    ]) {
      const reply = await rival.post('/v1/tenant/domains', { domain: bad });
      expectProblem(reply, 'validation-failed', { pointers: ['/domain'] });
    }
  });

  it('is renamed: the old slug is dead at once', async () => {
    expect((await change({ slug: 'newer-bank' })).status).toBe(200);
    expectProblem(await api.client({ 'x-tenant-id': slug }).get('/v1/tenant/branding'), 'tenant-not-found');
    expect((await api.client({ 'x-tenant-id': 'newer-bank' }).get('/v1/tenant/branding')).status).toBe(200);
    expect((await change({ slug })).status).toBe(200);
  });

  it('is downgraded: what is above the tier is refused or kept to be read, and nothing is lost', async () => {
    expect((await change({ tier: 'STARTER' })).body.features).toEqual(['payments']);
    const server = api.client({ 'x-api-key': secret, 'x-tenant-id': slug });
    expectProblem(await pay(server, 'after'), 'feature-not-in-tier');
    expectProblem(
      await ada.post('/v1/api-keys', { name: 'x', scopes: ['payments:read'] }),
      'feature-not-in-tier',
    );
    expectProblem(await ada.post('/v1/tenant/domains', { domain: 'b.example' }), 'feature-not-in-tier');
    expectProblem(await ada.get('/v1/analytics/payments'), 'feature-not-in-tier');
    const branding = { settings: { branding: { displayName: 'No' } } };
    expectProblem(await ada.patch('/v1/tenant', branding), 'feature-not-in-tier');
    expect((await ada.get<{ data: unknown[] }>('/v1/tenant/domains')).body.data).toHaveLength(1);
    expect((await ada.get<{ data: unknown[] }>('/v1/api-keys')).body.data).toHaveLength(1);
    expect((await ada.get<{ data: unknown[] }>('/v1/payments')).body.data).toHaveLength(5);
    expect((await pay(ada, 'by-hand')).status).toBe(201);
  });

  it('is granted a feature and a limit for a time, and they end with it', async () => {
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const overrides = { features: ['analytics'], requestsPerMinute: 500, reason: 'a trial', expiresAt };
    expect((await change({ overrides })).body.limits).toMatchObject({ requestsPerMinute: 500 });
    const reply = await ada.get<{ data: { start: string; count: number }[] }>(
      '/v1/analytics/payments?interval=month',
    );
    expect(reply.status).toBe(200);
    expect(reply.headers['x-ratelimit-limit']).toBe('500');
    expect(reply.body.data).toEqual([
      expect.objectContaining({ start: expect.stringMatching(/-01T00:00:00.000Z$/) as unknown, count: 6 }),
    ]);
    expect((await change({ overrides: { ...overrides, expiresAt: '2020-01-01T00:00:00Z' } })).status).toBe(
      200,
    );
    expectProblem(await ada.get('/v1/analytics/payments'), 'feature-not-in-tier');
    expect((await change({ overrides: null })).body.overrides).toBeNull();
    const bad = await change({ overrides: { maxUsers: -1, features: ['everything'] } });
    const pointers = [
      '/overrides/maxUsers',
      '/overrides/features',
      '/overrides/reason',
      '/overrides/expiresAt',
    ];
    expectProblem(bad, 'validation-failed', { pointers });
  });

  it('is deactivated and comes back: refused in between, whoever asks', async () => {
    expect((await change({ isActive: false })).body.isActive).toBe(false);
    expectProblem(await ada.get('/v1/me'), 'tenant-inactive');
    expectProblem(await api.client({ 'x-tenant-id': slug }).post('/v1/auth/login', admin), 'tenant-inactive');
    expect((await change({ isActive: true })).status).toBe(200);
    expect((await ada.get<Me>('/v1/me')).body.tenant?.id).toBe(id);
  });

  it('has all of it on record, and no secret in it', async () => {
    const { body } = await ada.get<{ data: { action: string; actor: { type: string } }[] }>(
      '/v1/audit-events?limit=100',
    );
    const actions = new Set(body.data.map(({ action }) => action));
    for (const action of ['auth.login', 'tenant.updated', 'api-key.created', 'tenant.mismatch']) {
      expect(actions).toContain(action);
    }
    expect(body.data.some(({ actor }) => actor.type === 'super-admin')).toBe(true);
    const everything =
      JSON.stringify(await api.db.collection('audit_events').find().toArray()) + (await api.log());
    for (const hidden of [admin.password, secret, secret.split('_')[2]!, api.env['JWT_SECRET']!]) {
      expect(everything).not.toContain(hidden);
    }
  });
});
