import { aTenant, START_TIMEOUT_MS, startApi, type ApiClient, type RunningApi } from '@financeops/testing';
import { seenWithin, spread } from '../support/bound';
import { inLanes } from '../support/lanes';

/** Twice as many changes by one super-admin, who has a thousand requests a minute. */
const ROUNDS = 250;
const LANES = 4;

/** A change made through one process, as the other sees it. */
describe('Tenants, administered through one process and served by another', () => {
  let one: RunningApi;
  let two: RunningApi;
  let operator: ApiClient;
  beforeAll(async () => {
    one = await startApi();
    two = await startApi({ sameAs: one });
    operator = await one.asOperator();
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    await two?.stop();
    await one?.stop();
  });

  it(`are refused within 100 ms of their deactivation, and back as soon, in ${ROUNDS} rounds`, async () => {
    const lanes = await Promise.all(
      Array.from({ length: LANES }, async () => {
        const tenant = await aTenant().unlimited().madeBy(operator);
        const { accessToken } = await one.login(tenant.admin, tenant.slug);
        return { tenant, there: two.client().bearer(accessToken) };
      }),
    );
    const delays: number[] = [];
    await inLanes(LANES, ROUNDS, async (lane, round) => {
      const { tenant, there } = lanes[lane]!;
      const statusThere = async () => (await there.get('/v1/tenant')).status;
      for (const [isActive, expected] of [
        [false, 403],
        [true, 200],
      ] as const) {
        // Lookups that race the change: none of them may bring the old state back.
        const racing = Promise.all([statusThere(), statusThere(), statusThere()]);
        const changed = await operator.patch(`/v1/admin/tenants/${tenant.id}`, { isActive });
        expect(changed.status).toBe(200);
        delays.push(await seenWithin(100, async () => (await statusThere()) === expected));
        await racing;
        expect([round, await statusThere(), await statusThere()]).toEqual([round, expected, expected]);
      }
    });
    process.stdout.write(`[staleness] over HTTP: ${spread(delays)}\n`);
  });
});
