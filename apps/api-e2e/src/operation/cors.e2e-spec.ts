import { aTenant, START_TIMEOUT_MS, startApi, type RunningApi } from '@financeops/testing';

let api: RunningApi;

beforeAll(async () => {
  api = await startApi();
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

const BANK = 'https://first-bank.financeops.localhost';
const preflight = (origin: string, host: string) =>
  api.client().send({
    method: 'OPTIONS',
    path: '/v1/payments',
    headers: {
      origin,
      host,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,idempotency-key',
    },
  });

describe("A browser on a tenant's own host", () => {
  it.each([
    [BANK, 'api.financeops.localhost'],
    [BANK, 'first-bank.financeops.localhost'],
    [`${BANK}:8443`, 'localhost:3000'],
    ['http://first-bank.financeops.localhost', '127.0.0.1'],
  ])('%s may call %s, and read what it needs of the reply', async (origin, host) => {
    const { status, headers } = await preflight(origin, host);
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': expect.stringContaining('POST') as string,
      vary: expect.stringMatching(/origin/i) as string,
    });
    expect(headers['access-control-allow-headers']?.toLowerCase()).toContain('idempotency-key');
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
    const asked = await api.client({ origin, host }).get('/v1/me');
    expect(asked.status).toBe(401);
    expect(asked.headers['access-control-allow-origin']).toBe(origin);
    expect(asked.headers['access-control-expose-headers']?.toLowerCase()).toMatch(/retry-after/);
  });
});

describe('A browser anywhere else', () => {
  it.each([
    'https://evil.example',
    'https://evilfinanceops.localhost',
    'https://first-bank.evilfinanceops.localhost',
    'https://no-such-bank.financeops.localhost',
    'https://financeops.localhost',
    'https://www.financeops.localhost',
    'https://first-bank.financeops.localhost.evil.example',
    'null',
    'https://',
    'first-bank.financeops.localhost',
    'file://first-bank.financeops.localhost',
    'http://localhost:3000',
  ])('(%s) is told nothing that would let it', async (origin) => {
    for (const { headers } of [
      await preflight(origin, 'api.financeops.localhost'),
      await api.client({ origin }).get('/v1/me'),
    ]) {
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it("may not call a neighbour's host from a tenant's", async () => {
    const { headers } = await preflight(BANK, 'city-credit.financeops.localhost');
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('is told nothing for a tenant that is inactive', async () => {
    const { slug } = await aTenant()
      .inactive()
      .madeBy(await api.asOperator());
    const { headers } = await preflight(`https://${slug}.financeops.localhost`, 'api.financeops.localhost');
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });
});
