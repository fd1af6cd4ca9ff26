import {
  aPayment,
  aTenant,
  START_TIMEOUT_MS,
  startApi,
  until,
  type ApiClient,
  type FaultyProxy,
  type RunningApi,
} from '@financeops/testing';
import { expectProblem } from '../support/problem';
import type { Usage } from '../support/views';

let api: RunningApi;
let redis: FaultyProxy;
let operator: ApiClient;

beforeAll(async () => {
  api = await startApi({ env: { REDIS_TIMEOUT_MS: '40' }, faulty: ['redis'] });
  redis = api.databases.proxy('redis');
  operator = await api.asOperator();
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

const redisIs = (state: 'up' | 'down') =>
  until(`ready to say that Redis is ${state}`, async () => {
    const { status, body } = await api.client().get<{ checks: { redis: string } }>('/health/ready');
    // Whatever becomes of Redis, the process serves.
    expect(status).toBe(200);
    return body.checks.redis === state;
  });

/** Requests of a Starter tenant, until they are refused. */
const admitted = async (client: ApiClient, most: number) => {
  for (let i = 0; i < most; i++) {
    const reply = await client.get('/v1/me');
    if (reply.status === 429) {
      expectProblem(reply, 'rate-limited');
      return i;
    }
    expect(reply.status).toBe(200);
  }
  return most;
};

describe.each<[string, () => Promise<void> | void]>([
  ['whose port is closed', () => redis.cut()],
  ['that falls silent', () => redis.silence()],
])('With a Redis %s', (_, fail) => {
  it('requests go on, under a cap of the process’s own; back, limits hold again and nothing is lost', async () => {
    const [one, other] = [
      await aTenant('STARTER').madeBy(operator),
      await aTenant('STARTER').madeBy(operator),
    ];
    const [client, later] = [await api.as(one), await api.as(other)];
    for (let i = 0; i < 5; i++) expect((await client.get('/v1/me')).status).toBe(200);

    await fail();
    // In mid-flight too: not one of these may fail for Redis.
    const made = await client.post('/v1/payments', aPayment());
    expect(made.status).toBe(201);
    await redisIs('down');
    expect(await admitted(client, 200)).toBeLessThanOrEqual(60);
    expectProblem(await later.get('/v1/usage'), 'unavailable');
    expect((await later.get('/v1/me')).status).toBe(200);
    expect((await api.as(other)).headers['authorization']).toMatch(/^Bearer /);

    await redis.restore();
    await redisIs('up');
    const usage = await until('usage to be had again', async () => {
      const reply = await later.get<Usage>('/v1/usage');
      return reply.status === 200 ? reply.body.usage : undefined;
    });
    // What was admitted while Redis was out is counted once it is back.
    expect(usage.apiCalls).toBeGreaterThan(1);
    await until('the exact limit to be back', async () => {
      const { headers } = await later.get('/v1/me');
      return headers['x-ratelimit-remaining'] !== undefined;
    });
    const fresh = await api.as(await aTenant('STARTER').madeBy(operator));
    expect(await admitted(fresh, 200)).toBe(60);
  });

  it('a change of a tenant is in force all the same', async () => {
    const tenant = await aTenant('STARTER').madeBy(operator);
    const client = await api.as(tenant);
    expect((await client.get('/v1/me')).status).toBe(200);
    await fail();
    const changed = await operator.patch(`/v1/admin/tenants/${tenant.id}`, { isActive: false });
    expect(changed.status).toBe(200);
    expectProblem(await client.get('/v1/me'), 'tenant-inactive');
    await redis.restore();
    await redisIs('up');
    expectProblem(await client.get('/v1/me'), 'tenant-inactive');
  });
});
