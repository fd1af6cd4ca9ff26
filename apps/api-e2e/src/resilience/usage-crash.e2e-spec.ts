import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { ObjectId } from 'mongodb';
import {
  aPayment,
  aTenant,
  START_TIMEOUT_MS,
  startApi,
  until,
  type ApiClient,
  type BuiltTenant,
  type RunningApi,
} from '@financeops/testing';
import type { Usage } from '../support/views';

/** Each takes as long as the API needs to start; USAGE_CRASH_ROUNDS makes it more. */
const ROUNDS = Number(process.env['USAGE_CRASH_ROUNDS'] || 3);
const root = path.resolve(__dirname, '../../../..');

let api: RunningApi;
let redis: Redis;
let tenants: BuiltTenant[];
let clients: ApiClient[];

beforeAll(async () => {
  api = await startApi();
  redis = new Redis(api.env['REDIS_URL']!);
  const operator = await api.asOperator();
  // The second has a quota: its payments are counted in MongoDB too.
  tenants = [
    await aTenant().unlimited().madeBy(operator),
    await aTenant().unlimited().withQuota(100_000).madeBy(operator),
  ];
  clients = await Promise.all(tenants.map((tenant) => api.as(tenant)));
}, START_TIMEOUT_MS);
afterAll(async () => {
  redis?.disconnect();
  await api?.stop();
});

/** The command, as an operator runs it. */
const reconcile = async (): Promise<string> => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [path.join(root, 'dist/apps/cli/src/main.js'), 'usage', 'reconcile'],
    { cwd: root, env: { PATH: process.env['PATH'], ...api.env } },
  );
  return stdout;
};

const paid = (tenant: BuiltTenant) =>
  api.db.collection('payments').countDocuments({ tenantId: new ObjectId(tenant.id) });
const usageOf = async (client: ApiClient) => (await client.get<Usage>('/v1/usage')).body.usage;

/** Requests of all tenants, several at a time, until the process is gone; how many of each tenant's were answered. */
const load = (answered: number[]): Promise<unknown> =>
  Promise.all(
    clients.flatMap((client, i) =>
      Array.from({ length: 4 }, async () => {
        for (;;) {
          const reply = await client.post('/v1/payments', aPayment()).catch(() => undefined);
          if (reply === undefined) return;
          expect(reply.status).toBe(201);
          answered[i]! += 1;
        }
      }),
    ),
  );

describe('Usage of a process that is killed under load', () => {
  it(
    `at ${ROUNDS} random moments, with Redis emptied at every other, is rebuilt: transactions exact`,
    async () => {
      const answered = tenants.map(() => 0);
      for (let round = 0; round < ROUNDS; round++) {
        const enough = answered.map((count) => count + 2 + Math.floor(Math.random() * 40));
        const loaded = load(answered);
        await until('some payments', () => answered.every((count, i) => count >= enough[i]!), {
          everyMs: 1,
          withinMs: 60_000,
        });
        await api.kill9();
        await loaded;
        if (round % 2 === 1) await redis.flushdb();
        await api.restart();
      }

      expect(await reconcile()).toMatch(/^\d+ counters checked, \d+ differences$/m);
      const counted = await Promise.all(clients.map(usageOf));
      for (const [i, tenant] of tenants.entries()) {
        expect(counted[i]!.transactions).toBe(await paid(tenant));
        expect(counted[i]!.transactions).toBeGreaterThanOrEqual(answered[i]!);
      }
      // And it stays so: nothing that was put right is put right again.
      expect(await reconcile()).toContain(' 0 differences');
      const quota = await api.db
        .collection('monthly_quotas')
        .findOne({ tenantId: new ObjectId(tenants[1]!.id) });
      expect(quota).toMatchObject({ count: counted[1]!.transactions });
    },
    ROUNDS * 60_000,
  );
});

describe('Usage of a Redis that is emptied', () => {
  it('has the calls and bytes that were written down, at once, and every transaction soon, from a worker', async () => {
    const [client, tenant] = [clients[0]!, tenants[0]!];
    for (let i = 0; i < 5; i++) expect((await client.post('/v1/payments', aPayment())).status).toBe(201);
    const before = await usageOf(client);
    await until('it to be written down', async () => {
      const snapshot = await api.db
        .collection<{ _id: string; api_calls: number; bandwidth_bytes: number }>('usage_snapshots')
        .findOne({ _id: `${tenant.id}:${new Date().toISOString().slice(0, 7)}` });
      return snapshot !== null && snapshot.api_calls >= before.apiCalls && snapshot.bandwidth_bytes > 0;
    });
    await redis.flushdb();
    const after = await usageOf(client);
    expect(after.apiCalls).toBeGreaterThan(before.apiCalls);
    expect(after.bandwidthBytes).toBeGreaterThanOrEqual(before.bandwidthBytes);
    // Not to the byte: a payment's settlement may be counted in between.
    expect(after.storageBytes).toBeGreaterThan(before.storageBytes / 2);
    const transactions = await paid(tenant);
    await api.startWorker();
    await until('the transactions', async () => (await usageOf(client)).transactions === transactions, {
      withinMs: 40_000,
      everyMs: 200,
    });
  });
});
