import {
  aTenant,
  START_TIMEOUT_MS,
  startApi,
  until,
  type ApiClient,
  type RunningApi,
} from '@financeops/testing';

const ROUNDS = 200;

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

  it(`are seen as they are, deactivated or not, in ${ROUNDS} rounds`, async () => {
    const tenant = await aTenant().unlimited().madeBy(operator);
    const { accessToken } = await one.login(tenant.admin, tenant.slug);
    const there = two.client().bearer(accessToken);
    const statusThere = async () => (await there.get('/v1/tenant')).status;
    for (let round = 0; round < ROUNDS; round++) {
      const isActive = round % 2 === 1;
      // Lookups that race the change: none of them may bring the old state back.
      const racing = Promise.all([statusThere(), statusThere(), statusThere()]);
      const changed = await operator.patch(`/v1/admin/tenants/${tenant.id}`, { isActive });
      expect(changed.status).toBe(200);
      await racing;
      const expected = isActive ? 200 : 403;
      await until(`round ${round}`, async () => (await statusThere()) === expected);
      expect([await statusThere(), await statusThere()]).toEqual([expected, expected]);
    }
  });
});
