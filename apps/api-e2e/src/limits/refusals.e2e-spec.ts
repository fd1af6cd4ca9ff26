import {
  aTenant,
  START_TIMEOUT_MS,
  startApi,
  type ApiClient,
  type BuiltTenant,
  type RunningApi,
} from '@financeops/testing';

/** STARTER's requests a minute. */
const LIMIT = 60;
const FLOOD = 300;
/** Events of one kind by one principal in a minute, before the one with a count. */
const EACH = 10;

let api: RunningApi;
let neighbour: BuiltTenant;
beforeAll(async () => {
  api = await startApi();
  neighbour = await aTenant().madeBy(await api.asOperator());
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

const flood = async (client: ApiClient): Promise<Record<number, number>> => {
  const statuses: Record<number, number> = {};
  for (let sent = 0; sent < FLOOD; sent += 50) {
    const replies = await Promise.all(Array.from({ length: 50 }, () => client.get('/v1/payments')));
    for (const { status } of replies) statuses[status] = (statuses[status] ?? 0) + 1;
  }
  return statuses;
};
const eventsOf = (action: string, actorId: string) =>
  api.db.collection('audit_events').countDocuments({ action, 'actor.id': actorId });

describe("A valid credential beside another tenant's name", () => {
  it.each<[string, () => Record<string, string>]>([
    ['header', () => ({ 'x-tenant-id': neighbour.slug })],
    ['host', () => ({ host: `${neighbour.slug}.financeops.localhost` })],
    ['header that names nobody', () => ({ 'x-tenant-id': 'no-such-bank' })],
  ])('pays for each refusal from its own window, and fills no log: %s', async (_, names) => {
    const tenant = await aTenant('STARTER').madeBy(await api.asOperator());
    const user = await api.as(tenant);
    const { principal } = (await user.get<{ principal: { id: string } }>('/v1/me')).body;
    expect(await flood(user.with(names()))).toEqual({ 403: LIMIT - 1, 429: FLOOD - LIMIT + 1 });
    expect(await eventsOf('tenant.mismatch', principal.id)).toBe(EACH);
    expect(await eventsOf('rate-limit.refused', principal.id)).toBe(1);
    // The window is the tenant's: it is full for its right requests too.
    expect((await user.get('/v1/payments')).status).toBe(429);
  });

  it('is a 401 for an API key beside a header, and pays all the same', async () => {
    const operator = await api.asOperator();
    const tenant = await aTenant('ENTERPRISE').madeBy(operator);
    const { body } = await (
      await api.as(tenant)
    ).post<{ id: string; secret: string }>('/v1/api-keys', { name: 'server', scopes: ['payments:read'] });
    const overrides = { requestsPerMinute: LIMIT, reason: 'test', expiresAt: '2999-01-01T00:00:00Z' };
    expect((await operator.patch(`/v1/admin/tenants/${tenant.id}`, { overrides })).status).toBe(200);
    const key = api.client({ 'x-api-key': body.secret, 'x-tenant-id': neighbour.slug });
    const statuses = await flood(key);
    expect(Object.keys(statuses)).toEqual(['401', '429']);
    // What the ADMIN has asked for above is in the window too.
    expect(statuses[401]).toBeGreaterThan(LIMIT - 10);
    expect(statuses[401]).toBeLessThanOrEqual(LIMIT);
    expect(await eventsOf('tenant.mismatch', body.id)).toBe(EACH);
  });
});
