import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { aPayment, START_TIMEOUT_MS, startApi, type RunningApi } from '@financeops/testing';
import type { OpenApi } from '../support/views';

let api: RunningApi;

beforeAll(async () => {
  api = await startApi();
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

describe('Health', () => {
  it('says that the process lives and that its databases do', async () => {
    expect((await api.client().get('/health/live')).body).toEqual({ status: 'ok' });
    const ready = await api.client().get('/health/ready');
    expect([ready.status, ready.body]).toEqual([
      200,
      { status: 'ok', checks: { mongodb: 'up', redis: 'up' } },
    ]);
    expect(ready.headers['cache-control']).toContain('no-store');
  });

  it('needs no credential and minds none', async () => {
    for (const headers of [
      { authorization: 'Bearer a.b.c' },
      { 'x-api-key': 'x' },
      { 'x-tenant-id': 'a,b' },
    ]) {
      expect((await api.client(headers).get('/health/ready')).status).toBe(200);
    }
  });
});

describe('Metrics', () => {
  it('are in the Prometheus format, and tell of requests, resolutions, lookups and limits', async () => {
    const bank = await api.as(api.demo('first-bank'), 'admin');
    await bank.post('/v1/payments', aPayment());
    const { status, headers, text } = await api.client().get('/metrics');
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    for (const line of text.split('\n').filter((text) => text !== '')) {
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{.*\})? [-+\d.eNaInf]+( \d+)?)$/);
    }
    for (const metric of [
      'http_request_duration_seconds_bucket',
      'tenant_resolutions_total{via="jwt",outcome="ok"}',
      'tenant_lookups_total',
      'rate_limit_decisions_total',
      'process_cpu_seconds_total',
    ]) {
      expect(text).toContain(metric);
    }
  });

  it('carry no tenant, person or id in their labels: these have no end', async () => {
    const { text } = await api.client().get('/metrics');
    expect(text).not.toContain(api.demo('first-bank').id);
    expect(text).not.toMatch(/[0-9a-f]{24}|@/);
  });
});

describe('The description of the API', () => {
  let document: OpenApi;

  beforeAll(async () => {
    const reply = await api.client().get<OpenApi>('/openapi.json');
    expect(reply.status).toBe(200);
    document = reply.body;
  });

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
    );

  it('is the document that `npm run lint:openapi` checks', async () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [path.resolve(__dirname, '../../../../dist/apps/api/src/openapi-document.js')],
      { maxBuffer: 16 * 1_048_576 },
    );
    expect(JSON.parse(stdout)).toEqual(document);
  });

  it('has every route of the contract that is built', () => {
    const names = operations().map(({ name }) => name.replaceAll(/\{[^}]+\}/g, '{}'));
    expect(names).toEqual(
      expect.arrayContaining([
        'post /v1/auth/login',
        'post /v1/auth/refresh',
        'post /v1/auth/logout',
        'get /v1/me',
        'get /v1/tenant',
        'get /v1/tenant/branding',
        'post /v1/payments',
        'get /v1/payments',
        'get /v1/payments/stats',
        'get /v1/payments/{}',
        'post /v1/payments/{}/cancel',
        'delete /v1/payments/{}',
        'post /v1/payments/{}/restore',
        'get /v1/usage',
        'get /v1/admin/analytics',
      ]),
    );
  });

  it('sums up every operation and says how it can be answered', () => {
    const lacking = operations()
      .filter(
        ({ operation }) =>
          !operation.summary?.trim() ||
          !Object.keys(operation.responses ?? {}).some((code) => /^2/.test(code)),
      )
      .map(({ name }) => name);
    expect(lacking).toEqual([]);
  });

  it('says of every operation but the public ones what it needs to be called', () => {
    const open = operations()
      .filter(({ operation }) => (operation.security ?? []).length === 0)
      .map(({ name }) => name)
      .filter((name) => !/auth\/|branding/.test(name));
    expect(open).toEqual([]);
  });

  it('gives every operation an id of its own, and its error replies', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { name, operation } of operations()) {
      const statuses = Object.keys(operation.responses ?? {});
      expect([name, statuses]).toEqual([name, expect.arrayContaining(['400', '415', '429', '500', '503'])]);
    }
  });

  it('has no key of 3.0 in it, and no secret', () => {
    const text = JSON.stringify(document);
    expect(text).not.toContain('"nullable"');
    for (const secret of [
      api.env['JWT_SECRET']!,
      api.demo('first-bank').apiKey!,
      'passwordHash',
      'secretHash',
    ]) {
      expect(text).not.toContain(secret);
    }
  });

  it('can be read as a page that loads nothing from elsewhere', async () => {
    const page = await api.client().get('/docs');
    expect([page.status, page.headers['content-type']]).toEqual([200, expect.stringMatching(/^text\/html/)]);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    const sources = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source!);
    expect(sources).toContain('/docs/start.js');
    for (const source of sources.filter((source) => !source.startsWith('data:'))) {
      const { status } = await api.client().get(new URL(source, 'http://x/docs').pathname);
      expect([source, status]).toEqual([source, 200]);
    }
  });
});

const COMMON_HEADERS = {
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
};

describe('Every reply', () => {
  it('has the security headers of an API, and /docs those of a page', async () => {
    for (const path of ['/v1/me', '/nowhere', '/health/live', '/openapi.json']) {
      expect((await api.client().get(path)).headers).toMatchObject({
        ...COMMON_HEADERS,
        'content-security-policy': "default-src 'none';frame-ancestors 'none'",
        'x-frame-options': 'DENY',
      });
    }
    const { headers } = await api.client().get('/docs');
    expect(headers).toMatchObject({ ...COMMON_HEADERS, 'x-frame-options': 'SAMEORIGIN' });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain('unsafe-eval');
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it('forbids browsers to guess its type, to frame it and to run anything of it', async () => {
    for (const path of ['/v1/me', '/nowhere', '/health/live']) {
      expect((await api.client().get(path)).headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': expect.stringMatching(/DENY|SAMEORIGIN/) as string,
        'content-security-policy': expect.stringContaining("default-src 'none'") as string,
      });
      expect((await api.client().get(path)).headers).not.toHaveProperty('x-powered-by');
      expect((await api.client().get(path)).headers).not.toHaveProperty('server');
    }
  });
});

describe('The log', () => {
  it('has a line for each request with tenant and request id, and no secret', async () => {
    const bank = api.demo('first-bank');
    const { accessToken, refreshToken } = await api.login(bank.admin, bank.slug);
    const query = 'a-reference-that-is-data';
    const client = api.client({ 'x-request-id': 'line-of-the-log' }).bearer(accessToken);
    await client.get(`/v1/payments?reference=${query}`);
    await api.client({ 'x-api-key': bank.apiKey }).get('/v1/me');
    await api.client().post('/v1/auth/refresh', { refreshToken });
    const log = await api.log();
    const line = log.split('\n').find((text) => text.includes('line-of-the-log'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({
      path: '/v1/payments',
      status: 200,
      tenantId: bank.id,
      resolvedVia: 'jwt',
    });
    for (const secret of [
      accessToken,
      refreshToken,
      bank.admin.password,
      bank.apiKey!,
      bank.apiKey!.split('_')[2]!,
      api.env['JWT_SECRET']!,
      api.env['ENCRYPTION_KEY']!,
      query,
    ]) {
      expect(log).not.toContain(secret);
    }
  });
});
