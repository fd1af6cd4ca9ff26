import { createHmac, randomBytes } from 'node:crypto';
import { START_TIMEOUT_MS, startApi, type DemoTenant, type RunningApi } from '@financeops/testing';
import { expectProblem } from '../support/problem';

let api: RunningApi;
let bank: DemoTenant;
let claims: Record<string, unknown>;
let kid: string;

const decode = (part: string) =>
  JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');

const OLD_SECRET = 'the-secret-before-this-one-was-drawn-0123456789';

beforeAll(async () => {
  api = await startApi({ env: { JWT_PREVIOUS_SECRETS: OLD_SECRET } });
  bank = api.demo('first-bank');
  const { accessToken } = await api.login(bank.admin, bank.slug);
  const [header, payload] = accessToken.split('.');
  claims = decode(payload!);
  kid = decode(header!)['kid'] as string;
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

interface Forgery {
  header?: Record<string, unknown>;
  payload?: Record<string, unknown>;
  secret?: string;
  hash?: string;
}

/** Signs whatever it is given, by default exactly as the platform does. */
const forge = ({ header = {}, payload = {}, secret = api.env['JWT_SECRET']!, hash = 'sha256' }: Forgery) => {
  const signed = `${encode({ alg: 'HS256', typ: 'JWT', kid, ...header })}.${encode({ ...claims, ...payload })}`;
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
};
const ask = (authorization: string | string[]) => api.client({ authorization }).get('/v1/me');

const now = () => Math.floor(Date.now() / 1000);

describe('An access token', () => {
  it('signed as the platform does is accepted, with its kid or without', async () => {
    expect((await ask(`Bearer ${forge({})}`)).status).toBe(200);
    expect((await ask(`Bearer ${forge({ header: { kid: undefined } })}`)).status).toBe(200);
  });

  it.each<[string, Forgery]>([
    ['of another secret', { secret: randomBytes(48).toString('hex') }],
    ['of a previous secret without its kid', { secret: OLD_SECRET, header: { kid: undefined } }],
    ['with the kid of nobody', { header: { kid: 'nobody' } }],
    ['with HS512', { header: { alg: 'HS512' }, hash: 'sha512' }],
    ['with HS384', { header: { alg: 'HS384' }, hash: 'sha384' }],
    ['with the algorithm none', { header: { alg: 'none' } }],
    ['with an algorithm of public keys', { header: { alg: 'RS256' } }],
    ['that has expired', { payload: { exp: now() - 1 } }],
    ['that never expires', { payload: { exp: undefined } }],
    ['that is not yet valid', { payload: { nbf: now() + 600 } }],
    ['without a subject', { payload: { sub: undefined } }],
    ['of somebody who is not there', { payload: { sub: 'f'.repeat(24) } }],
    ['whose subject is an operator', { payload: { sub: { $gt: '' } } }],
    ['of a role that is none', { payload: { role: 'OWNER' } }],
    ['of a super-admin with a tenant', { payload: { role: 'SUPER_ADMIN' } }],
    ['of a super-admin who is none', { payload: { role: 'SUPER_ADMIN', tenantId: undefined } }],
    ['of a user without a tenant', { payload: { tenantId: undefined } }],
    ['of a user in a tenant that is not there', { payload: { tenantId: 'f'.repeat(24) } }],
  ])('%s is refused', async (_, forgery) => {
    expectProblem(await ask(`Bearer ${forge(forgery)}`), 'unauthenticated');
  });

  it("of a user of one tenant doesn't speak for another tenant, though rightly signed", async () => {
    const tenantId = api.demo('city-credit').id;
    expectProblem(await ask(`Bearer ${forge({ payload: { tenantId } })}`), 'unauthenticated');
  });

  it('of a VIEWER does not make an ADMIN, though rightly signed', async () => {
    const viewer = await api.login(bank.viewer, bank.slug);
    const { sub } = decode(viewer.accessToken.split('.')[1]!);
    expectProblem(await ask(`Bearer ${forge({ payload: { sub, role: 'ADMIN' } })}`), 'unauthenticated');
  });

  it('without its signature, or with another payload under it, is refused', async () => {
    const [header, payload, signature] = forge({}).split('.') as [string, string, string];
    const other = encode({ ...claims, role: 'VIEWER' });
    for (const token of [
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${header}.${other}.${signature}`,
      `${encode({ alg: 'none' })}.${payload}.`,
    ]) {
      expectProblem(await ask(`Bearer ${token}`), 'unauthenticated');
    }
  });

  it.each([
    '',
    'Bearer',
    'Bearer ',
    'Basic YTpi',
    'Bearer a.b.c',
    'Bearer \u00e9',
    'null',
    'Bearer x, Bearer y',
  ])('is not %j', async (authorization) => {
    expectProblem(await ask(authorization), 'unauthenticated');
  });

  it('sent twice is a malformed request, even if one of them is good', async () => {
    const good = `Bearer ${forge({})}`;
    expectProblem(await ask([good, 'Bearer a.b.c']), 'bad-request');
    expectProblem(await ask([good, good]), 'bad-request');
  });

  it('that is invalid never lets the header or the host stand in for it', async () => {
    for (const names of [{ 'x-tenant-id': bank.id }, { host: `${bank.slug}.financeops.localhost` }]) {
      const client = api.client({ authorization: 'Bearer a.b.c', ...names });
      expectProblem(await client.get('/v1/payments'), 'unauthenticated');
      expectProblem(await client.get('/v1/tenant/branding'), 'unauthenticated');
    }
  });
});
