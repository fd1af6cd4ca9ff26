import {
  sendBytes,
  START_TIMEOUT_MS,
  startApi,
  type ApiClient,
  type DemoTenant,
  type RunningApi,
} from '@financeops/testing';
import { expectProblem } from '../support/problem';
import type { Me } from '../support/views';

let api: RunningApi;
let bank: DemoTenant;
let user: ApiClient;

beforeAll(async () => {
  api = await startApi({ env: { NEUTRAL_HOSTS: 'gateway.internal.example,health.financeops.localhost' } });
  bank = api.demo('first-bank');
  user = await api.as(bank, 'admin');
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

const branding = (host: string | string[], more: Record<string, string> = {}) =>
  api.client({ host, ...more }).get<{ slug: string }>('/v1/tenant/branding');

describe('A host', () => {
  it.each([
    'first-bank.financeops.localhost',
    'first-bank.financeops.localhost:8443',
    'FIRST-BANK.FinanceOps.LocalHost',
    'first-bank.financeops.localhost.',
    'first-bank.financeops.localhost.:443',
    'www.first-bank.financeops.localhost',
    'api.first-bank.financeops.localhost',
    'a.b.first-bank.financeops.localhost',
    'city-credit.first-bank.financeops.localhost',
  ])('%s names the tenant next to the base domain', async (host) => {
    const reply = await branding(host);
    expect([reply.status, reply.body.slug]).toEqual([200, 'first-bank']);
  });

  it.each([
    '127.0.0.1',
    '127.0.0.1:3000',
    '203.0.113.9',
    '[::1]',
    '[::1]:3000',
    '[2001:db8::1]:443',
    'localhost',
    'localhost:3000',
    'api',
    'financeops.localhost',
    'FINANCEOPS.localhost.:80',
    'www.financeops.localhost',
    'api.financeops.localhost',
    'app.financeops.localhost',
    'admin.financeops.localhost',
    'static.financeops.localhost',
    'status.financeops.localhost',
    'first-bank.api.financeops.localhost',
    'gateway.internal.example',
    'Gateway.Internal.Example:8080',
    'health.financeops.localhost',
  ])('%s claims nothing, as if it were absent', async (host) => {
    expectProblem(await branding(host), 'tenant-required');
    expect((await branding(host, { 'x-tenant-id': 'first-bank' })).body.slug).toBe('first-bank');
    const { status, body } = await user.with({ host }).get<Me>('/v1/me');
    expect([status, body.tenant?.slug]).toEqual([200, 'first-bank']);
  });

  it.each([
    'evilfinanceops.localhost',
    'first-bank.evilfinanceops.localhost',
    'first-bankfinanceops.localhost',
    'first-bank.financeops.localhost.evil.example',
    'financeops.localhost.evil.example',
    'no-such-bank.financeops.localhost',
    'first_bank.financeops.localhost',
    'pay.example.com',
    '127.0.0.1.nip.example',
  ])('%s names nobody', async (host) => {
    expectProblem(await branding(host), 'tenant-not-found');
    expectProblem(await branding(host, { 'x-tenant-id': 'first-bank' }), 'tenant-mismatch');
    expectProblem(await user.with({ host }).get('/v1/me'), 'tenant-mismatch');
  });

  it.each<[string, string | string[]]>([
    ['empty', ''],
    ['of spaces', 'first bank.financeops.localhost'],
    ['with a path', 'first-bank.financeops.localhost/x'],
    ['with a user', 'user@first-bank.financeops.localhost'],
    ['with two ports', 'first-bank.financeops.localhost:80:80'],
    ['with a port beyond 65535', 'first-bank.financeops.localhost:65536'],
    ['with a port that is none', 'first-bank.financeops.localhost:http'],
    ['with an empty label', 'first-bank..financeops.localhost'],
    ['of points', '..'],
    ['of two hosts', 'first-bank.financeops.localhost, city-credit.financeops.localhost'],
    ['with a broken IPv6 literal', '[::1'],
    ['with an IPv6 literal that is none', '[::g]'],
    ['with an operator', '{"$gt":""}'],
    ['with percent-encoding', 'first%2Dbank.financeops.localhost'],
    ['beyond 253 characters', `${'a.'.repeat(130)}financeops.localhost`],
    ['with a label beyond 63', `${'a'.repeat(64)}.financeops.localhost`],
    ['sent twice', ['first-bank.financeops.localhost', 'city-credit.financeops.localhost']],
    ['sent twice alike', ['first-bank.financeops.localhost', 'first-bank.financeops.localhost']],
    ['sent twice, neutral first', ['localhost', 'first-bank.financeops.localhost']],
  ])('%s is malformed', async (_, host) => {
    expectProblem(await branding(host), 'bad-request');
    expectProblem(await branding(host, { 'x-tenant-id': 'first-bank' }), 'bad-request');
    expectProblem(await user.with({ host }).get('/v1/me'), 'bad-request');
  });

  it('behind X-Forwarded-Host counts from no proxy that is not trusted', async () => {
    const forwarded = { 'x-forwarded-host': 'city-credit.financeops.localhost' };
    expect((await branding('first-bank.financeops.localhost', forwarded)).body.slug).toBe('first-bank');
    expectProblem(await branding('localhost', forwarded), 'tenant-required');
    expectProblem(
      await branding('localhost', { forwarded: 'host=city-credit.financeops.localhost' }),
      'tenant-required',
    );
  });

  it('is ignored by health, metrics and docs, whatever it is', async () => {
    for (const host of ['no-such-bank.financeops.localhost', 'evil.example', '[::1', '']) {
      for (const path of ['/health/live', '/health/ready', '/metrics', '/openapi.json', '/docs']) {
        expect([host, path, (await api.client({ host }).get(path)).status]).toEqual([host, path, 200]);
      }
    }
  });
});

describe('A request target in absolute form', () => {
  const ask = async (target: string, host: string) =>
    sendBytes(api.port, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);

  it('whose host is the Host header works like any other', async () => {
    const host = 'first-bank.financeops.localhost';
    const reply = await ask(`http://${host}/v1/tenant/branding`, host);
    expect(reply).toMatch(/^HTTP\/1\.1 200 /);
    expect(reply).toContain('"slug":"first-bank"');
  });

  it('whose host is another is refused, whichever of the two is better', async () => {
    const [own, other] = ['first-bank.financeops.localhost', 'city-credit.financeops.localhost'];
    for (const [target, host] of [
      [own, other],
      [other, own],
      [own, 'localhost'],
      ['localhost', own],
      ['evil.example', own],
    ]) {
      const reply = await ask(`http://${target}/v1/tenant/branding`, host!);
      expect([target, host, reply.split('\r\n', 1)[0]]).toEqual([target, host, 'HTTP/1.1 400 Bad Request']);
      expect(reply).toContain('"code":"bad-request"');
    }
  });
});

describe('A trusted proxy', () => {
  let behind: RunningApi;

  beforeAll(async () => {
    behind = await startApi({ sameAs: api, env: { TRUST_PROXY: '127.0.0.1' } });
  }, START_TIMEOUT_MS);
  afterAll(() => behind?.stop());

  it('says by X-Forwarded-Host which host was asked', async () => {
    const ask = (forwarded: string | string[]) =>
      behind
        .client({ host: 'upstream.internal', 'x-forwarded-host': forwarded })
        .get<{ slug: string }>('/v1/tenant/branding');
    expect((await ask('first-bank.financeops.localhost')).body.slug).toBe('first-bank');
    expectProblem(await ask('no-such-bank.financeops.localhost'), 'tenant-not-found');
    expectProblem(await ask('first bank'), 'bad-request');
    expectProblem(await ask(['first-bank.financeops.localhost', 'localhost']), 'bad-request');
    expectProblem(await ask('first-bank.financeops.localhost, localhost'), 'bad-request');
  });
});
