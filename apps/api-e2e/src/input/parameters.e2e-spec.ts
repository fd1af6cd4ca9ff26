import {
  aTenant,
  START_TIMEOUT_MS,
  startApi,
  type ApiClient,
  type BuiltTenant,
  type RunningApi,
} from '@financeops/testing';
import { expectProblem } from '../support/problem';
import type { OpenApi } from '../support/views';

let api: RunningApi;
let admin: ApiClient;
let operator: ApiClient;
let tenant: BuiltTenant;
let document: OpenApi;

beforeAll(async () => {
  api = await startApi();
  operator = await api.asOperator();
  tenant = await aTenant().unlimited().madeBy(operator);
  admin = await api.as(tenant);
  document = (await api.client().get<OpenApi>('/openapi.json')).body;
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const ID = 'f'.repeat(24);

/** Every route of the document, with ids that name nothing. */
const routes = () =>
  Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations)
      .filter((method) => METHODS.includes(method))
      .map((method) => ({ method: method.toUpperCase(), path: path.replaceAll(/\{[^}]+\}/g, ID) })),
  );

/** Somebody whom the route lets in, so that it's the input that is refused. */
const callerOf = (path: string) => (path.startsWith('/v1/admin') ? operator : admin);

describe('An unknown query parameter', () => {
  it.each(['tenantId', 'constructor', '__proto__', '$where', 'toString', 'limit[$gt]'])(
    '%s is refused by every route, and named',
    async (name) => {
      expect(routes().length).toBeGreaterThan(10);
      for (const { method, path } of routes()) {
        const client =
          path === '/v1/tenant/branding' ? api.client({ 'x-tenant-id': tenant.slug }) : callerOf(path);
        const reply = await client.send({ method, path: `${path}?${encodeURIComponent(name)}=x` });
        if (reply.status !== 400) throw new Error(`${method} ${path}?${name}: ${reply.status} ${reply.text}`);
        const { errors } = expectProblem(reply, 'validation-failed');
        const parameters = errors!.map(({ parameter, pointer }) => parameter ?? `body ${pointer}`);
        // A body that is missing may be told beside it.
        if (!parameters.includes(name) && !parameters.some((place) => place.startsWith('body'))) {
          throw new Error(`${method} ${path}?${name}: ${reply.text}`);
        }
      }
    },
  );
});

describe('A list', () => {
  it.each([
    ['limit=0'],
    ['limit=101'],
    ['limit=-1'],
    ['limit=1.5'],
    ['limit=abc'],
    ['limit='],
    ['limit=1e1'],
    ['limit=0x10'],
    ['limit=%2010'],
    ['limit=NaN'],
    ['limit=Infinity'],
    ['limit=1&limit=2'],
    ['limit=9007199254740993'],
    ['limit[]=1'],
  ])('is not to be had with %s', async (query) => {
    for (const path of ['/v1/payments', '/v1/admin/tenants']) {
      const { errors } = expectProblem(await callerOf(path).get(`${path}?${query}`), 'validation-failed');
      expect(errors![0]!.parameter).toMatch(/^limit/);
    }
  });

  it.each([
    ['cursor=x', 'cursor'],
    ['cursor=', 'cursor'],
    [`cursor=${'A'.repeat(48)}`, 'cursor'],
    [`cursor=${'A'.repeat(5_000)}`, 'cursor'],
    ['cursor=%00', 'cursor'],
    ['cursor=a&cursor=b', 'cursor'],
    ['status=paid', 'status'],
    ['status=completed', 'status'],
    ['status=COMPLETED&status=FAILED', 'status'],
    ['status=', 'status'],
    ['status=__proto__', 'status'],
    ['reference=', 'reference'],
    [`reference=${'x'.repeat(129)}`, 'reference'],
    ['reference=a&reference=b', 'reference'],
    ['reference=a%00b', 'reference'],
    ['createdFrom=yesterday', 'createdFrom'],
    ['createdFrom=2026-02-30', 'createdFrom'],
    ['createdFrom=2026-13-01', 'createdFrom'],
    ['createdFrom=20260101', 'createdFrom'],
    ['createdFrom=2026-01-01T00:00:00', 'createdFrom'],
    ['createdFrom=0', 'createdFrom'],
    ['createdTo=2026-01-01T25:00:00Z', 'createdTo'],
    ['createdTo=2026-01-01&createdTo=2026-01-02', 'createdTo'],
  ])('of payments is not to be had with %s', async (query, parameter) => {
    expectProblem(await admin.get(`/v1/payments?${query}`), 'validation-failed', { parameters: [parameter] });
  });

  it('takes no operators in brackets for filters', async () => {
    for (const query of ['reference[$ne]=x', 'status[$in][]=COMPLETED', 'createdFrom[$gt]=2020-01-01']) {
      expectProblem(await admin.get(`/v1/payments?${query}`), 'validation-failed');
    }
  });
});

describe('The stats', () => {
  it.each(['from=x', 'to=2026-02-30', 'from=2026-01-01&from=2026-01-02', 'from='])(
    'are not to be had with %s',
    async (query) => {
      expectProblem(await admin.get(`/v1/payments/stats?${query}`), 'validation-failed', {
        parameters: [query.split('=', 1)[0]!],
      });
      expectProblem(await operator.get(`/v1/admin/analytics?${query}`), 'validation-failed', {
        parameters: [query.split('=', 1)[0]!],
      });
    },
  );
});

describe('A period of usage', () => {
  it.each([
    '2026',
    '2026-13',
    '2026-00',
    '2026-1',
    '2026-01-01',
    '',
    '1999-12',
    'x',
    '2026-01%00',
    '2026-01&period=2026-02',
  ])('is not %s', async (period) => {
    expectProblem(await admin.get(`/v1/usage?period=${period}`), 'validation-failed', {
      parameters: ['period'],
    });
  });
});

describe('An id', () => {
  it.each([
    'x',
    '0',
    'f'.repeat(23),
    'f'.repeat(25),
    'g'.repeat(24),
    '{"$gt":""}',
    '[object Object]',
    'stats2',
    'constructor',
    '__proto__',
    '..%2f..',
    '%00',
    `${'f'.repeat(24)}%00`,
    `${'f'.repeat(24)}%0a`,
    'e\u0301'.repeat(12),
    'a'.repeat(2_000),
  ])('that is %s names nothing', async (id) => {
    const path = `/v1/payments/${id.includes('%') ? id : encodeURIComponent(id)}`;
    expectProblem(await admin.get(path), 'not-found');
    expectProblem(await admin.delete(path), 'not-found');
    expectProblem(await admin.post(`${path}/cancel`), 'not-found');
    expectProblem(await admin.post(`${path}/restore`), 'not-found');
  });
});

describe('An Idempotency-Key', () => {
  it.each<[string, string | string[]]>([
    ['empty', ''],
    ['of 256 characters', 'k'.repeat(256)],
    ['with letters of other alphabets', 'cl\u00e9'],
    ['with a tab', 'a\tb'],
    ['sent twice', ['a', 'b']],
    ['sent twice alike', ['a', 'a']],
  ])('that is %s is malformed', async (_, key) => {
    const body = { reference: 'r', amount: 1, currency: 'EUR', method: 'card' };
    expectProblem(await admin.post('/v1/payments', body, { 'idempotency-key': key }), 'bad-request');
    const cancel = `/v1/payments/${ID}/cancel`;
    expectProblem(await admin.post(cancel, undefined, { 'idempotency-key': key }), 'bad-request');
    expect(await api.db.collection('payments').countDocuments()).toBe(0);
  });
});

describe('What is not there', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/v1'],
    ['GET', '/v2/payments'],
    ['GET', '/v1/payment'],
    ['GET', '/V1/payments'],
    ['GET', '/v1//payments'],
    ['GET', '/v1/payments/f/f'],
    ['GET', '/v1/auth/login'],
    ['PUT', '/v1/payments'],
    ['PATCH', `/v1/payments/${ID}`],
    ['DELETE', '/v1/payments'],
    ['GET', `/v1/payments/${ID}/capture`],
    ['GET', '/.env'],
    ['GET', '/v1/../openapi.yaml'],
    ['GET', '/health'],
    ['POST', '/health/live'],
    ['TRACE', '/v1/payments'],
    ['PROPFIND', '/v1/payments'],
  ])('%s %s is a 404, for anybody', async (method, path) => {
    for (const client of [api.client(), admin, operator]) {
      expectProblem(await client.send({ method, path }), 'not-found');
    }
  });
});
