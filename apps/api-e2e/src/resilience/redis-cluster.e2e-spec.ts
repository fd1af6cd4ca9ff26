import {
  aPayment,
  aTenant,
  RedisCluster,
  START_TIMEOUT_MS,
  startApi,
  until,
  type ApiClient,
  type RunningApi,
} from '@financeops/testing';
import { seenWithin } from '../support/bound';
import { expectProblem } from '../support/problem';
import type { Usage } from '../support/views';

let cluster: RedisCluster;
let api: RunningApi;
let other: RunningApi;
let operator: ApiClient;

beforeAll(async () => {
  cluster = await RedisCluster.start();
  api = await startApi({ env: { REDIS_CLUSTER_NODES: cluster.addresses } });
  other = await startApi({ sameAs: api });
  operator = await api.asOperator();
}, START_TIMEOUT_MS);
afterAll(async () => {
  await other?.stop();
  await api?.stop();
  await cluster?.stop();
});

const starters = async (count: number) =>
  Promise.all(
    Array.from({ length: count }, async () => {
      const tenant = await aTenant('STARTER').madeBy(operator);
      return { tenant, here: await api.as(tenant), there: await other.as(tenant) };
    }),
  );
const isReady = async (redis: 'up' | 'down') => {
  const { body } = await api.client().get<{ checks: { redis: string } }>('/health/ready');
  return body.checks.redis === redis;
};

/** Whether a request is decided in Redis by this process. */
const decides = async (one: RunningApi): Promise<boolean> => {
  const byRedis = async () => {
    const { text } = await one.client().get('/metrics');
    return Number(/^rate_limit_decisions_total\{by="redis",outcome="allowed"\} (\d+)$/m.exec(text)?.[1] ?? 0);
  };
  const before = await byRedis();
  await one.client().get('/v1/me');
  return (await byRedis()) > before;
};

describe('On a Redis Cluster of three nodes', () => {
  it('limits of tenants in all slots are exact over two processes, and usage is counted', async () => {
    const tenants = await starters(9);
    const admitted = await Promise.all(
      tenants.map(async ({ here, there }) => {
        const replies = await Promise.all(
          Array.from({ length: 80 }, (_, i) => (i % 2 === 0 ? here : there).get('/v1/me')),
        );
        return replies.filter(({ status }) => status === 200).length;
      }),
    );
    expect(admitted).toEqual(Array(9).fill(60));
    const sizes = await Promise.all(cluster.nodes.map((node) => node.ask('dbsize')));
    for (const size of sizes) expect(size).toBeGreaterThan(0);
    const { tenant, here } = tenants[0]!;
    const overrides = { requestsPerMinute: null, reason: 'a look', expiresAt: '2099-01-01T00:00:00Z' };
    await operator.patch(`/v1/admin/tenants/${tenant.id}`, { overrides });
    expect((await here.post('/v1/payments', aPayment())).status).toBe(201);
    expect((await here.get<Usage>('/v1/usage')).body.usage).toMatchObject({
      apiCalls: 62,
      transactions: 1,
    });
  });

  it('a change of a tenant reaches the other process within 100 ms', async () => {
    const [{ tenant, there }] = (await starters(1)) as [Awaited<ReturnType<typeof starters>>[0]];
    for (const isActive of [false, true, false]) {
      const { status } = await operator.patch(`/v1/admin/tenants/${tenant.id}`, { isActive });
      expect(status).toBe(200);
      await seenWithin(100, async () => (await there.get('/v1/me')).status === (isActive ? 200 : 403));
    }
  });

  it.each([0, 1, 2])(
    'requests go on when node %i dies; when it is back, limits are exact and changes travel again',
    async (dying) => {
      const tenants = await starters(6);
      await cluster.nodes[dying]!.kill();
      await until('the cluster to be missed', () => isReady('down'), { withinMs: 30_000 });
      for (const { here } of tenants) {
        expect((await here.get('/v1/me')).status).toBe(200);
        expect((await here.post('/v1/payments', aPayment())).status).toBe(201);
      }
      await cluster.nodes[dying]!.run();
      await until('the cluster to be back', () => isReady('up'), { withinMs: 30_000 });
      for (const one of [api, other])
        await until('Redis to decide', () => decides(one), { withinMs: 30_000 });
      const later = await starters(6);
      const admitted = await Promise.all(
        later.slice(1).map(async ({ here, there }) => {
          const replies = await Promise.all(
            Array.from({ length: 70 }, (_, i) => (i % 2 === 0 ? here : there).get('/v1/me')),
          );
          return replies.filter(({ status }) => status === 200).length;
        }),
      );
      expect(admitted).toEqual(Array(5).fill(60));
      const [{ tenant, there }] = later as [(typeof later)[0]];
      await operator.patch(`/v1/admin/tenants/${tenant.id}`, { isActive: false });
      await seenWithin(2_000, async () => (await there.get('/v1/me')).status === 403);
      expectProblem(await there.get('/v1/me'), 'tenant-inactive');
    },
    120_000,
  );
});
