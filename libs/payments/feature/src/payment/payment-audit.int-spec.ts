import { AuditLog, BackgroundAudit } from '@financeops/audit';
import { until } from '@financeops/testing';
import type { Principal, ResolvedTenant } from '@financeops/tenancy/context';
import {
  aDatabase,
  anOrder,
  aPaymentsApp,
  aTenant,
  type PaymentsApp,
  type Received,
  type Sent,
  type TestDatabase,
} from '../testing/payments-app';

jest.setTimeout(120_000);

let database: TestDatabase;
let api: PaymentsApp;
let tenant: ResolvedTenant;
type Send = (request: Sent) => Promise<Received>;
let ada: Send;
let ben: Send;
let key: Send;

const IDS = { ada: 'a'.repeat(24), ben: 'b'.repeat(24), key: 'c'.repeat(24) };
const aUser = (id: string): Principal => ({ type: 'user', id, tenantId: tenant.id, role: 'ADMIN' });
const aKey = (id: string): Principal => ({
  type: 'api-key',
  id,
  tenantId: tenant.id,
  scopes: ['payments:read', 'payments:write'],
});

beforeAll(async () => {
  database = await aDatabase();
  api = await aPaymentsApp(database);
});
beforeEach(async () => {
  tenant = await aTenant(database);
  ada = api.as(tenant, aUser(IDS.ada));
  ben = api.as(tenant, aUser(IDS.ben));
  key = api.as(tenant, aKey(IDS.key));
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => {
  await api?.app.close();
  await database?.drop();
});

const pay = async (send: Send, order = anOrder(), idempotencyKey?: string): Promise<string> => {
  const { status, body } = await send({
    method: 'POST',
    url: '/v1/payments',
    payload: order,
    key: idempotencyKey,
  });
  expect(status).toBe(201);
  return (body as { id: string }).id;
};

/** Newest first; as a tenant's ADMIN gets them, once what is under way is stored. */
const events = async (query = ''): Promise<Record<string, unknown>[]> => {
  // Behind everything that was recorded before it, in the one line that they all stand in.
  const mark = `mark-${Math.random()}`;
  api.app.get(BackgroundAudit).record({
    tenantId: null,
    action: 'payment.read',
    outcome: 'allowed',
    actor: { type: 'system', id: null },
    requestId: mark,
  });
  await until('what was recorded to be stored', () =>
    database.raw.collection('audit_events').findOne({ requestId: mark }),
  );
  const { body } = await ada({ url: `/v1/audit-events${query}` });
  return (body as { data: Record<string, unknown>[] }).data;
};
const theirs = (id: string, ownerId: string) => ({ type: 'payment', id, ownerId });

describe('payment.read', () => {
  it('is recorded of a payment that another user or key made, and not of one’s own', async () => {
    const [hers, its] = [await pay(ada), await pay(key)];
    for (const id of [hers, its]) {
      for (const send of [ada, key]) expect((await send({ url: `/v1/payments/${id}` })).status).toBe(200);
    }
    expect(await events()).toMatchObject([
      {
        actor: { type: 'user', id: IDS.ada },
        resource: theirs(its, IDS.key),
        outcome: 'allowed',
        details: {},
      },
      {
        actor: { type: 'api-key', id: IDS.key },
        resource: theirs(hers, IDS.ada),
        requestId: expect.any(String) as string,
      },
    ]);
    expect(new Set((await events()).map(({ action }) => action))).toEqual(new Set(['payment.read']));
  });

  it('is one event for a list, with the payments of others in it', async () => {
    const [hers, his, its] = [await pay(ada), await pay(ben), await pay(key)];
    expect((await ben({ url: '/v1/payments' })).body.data).toHaveLength(3);
    const [event, ...more] = await events();
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      action: 'payment.read',
      actor: { type: 'user', id: IDS.ben },
      resource: null,
      details: { resources: [theirs(its, IDS.key), theirs(hers, IDS.ada)] },
    });
    // Neither an empty page nor one's own is a read of others' records.
    await ada({ url: '/v1/payments?status=FAILED' });
    await ben({
      url: `/v1/payments?reference=${(await ben({ url: `/v1/payments/${his}` })).body.reference}`,
    });
    expect(await events()).toHaveLength(1);
  });

  it('is found by reader, payment, owner and action', async () => {
    const [hers, his] = [await pay(ada), await pay(ben)];
    await key({ url: '/v1/payments' });
    await ben({ url: `/v1/payments/${hers}` });
    const actors = async (query: string) =>
      (await events(query)).map(({ actor }) => (actor as { id: string }).id);
    expect(await actors(`?resourceId=${hers}`)).toEqual([IDS.ben, IDS.key]);
    expect(await actors(`?resourceId=${his}`)).toEqual([IDS.key]);
    expect(await actors(`?userId=${IDS.ben}&resourceOwnerNot=${IDS.ben}&action=payment.read`)).toEqual([
      IDS.ben,
    ]);
    // The list holds records of two owners: whichever is left out, one of another remains.
    expect(await actors(`?resourceOwnerNot=${IDS.ada}`)).toEqual([IDS.key]);
    expect(await actors(`?resourceOwnerNot=${IDS.ben}`)).toEqual([IDS.ben, IDS.key]);
    expect(await actors(`?resourceId=${hers}&resourceOwnerNot=${IDS.ada}`)).toEqual([]);
  });

  it('is what repeating somebody else’s request amounts to', async () => {
    const order = anOrder();
    const id = await pay(ada, order, 'shared');
    await pay(ada, order, 'shared');
    expect(await events()).toEqual([]);
    expect(await pay(ben, order, 'shared')).toBe(id);
    expect(await events()).toMatchObject([
      { action: 'payment.read', actor: { id: IDS.ben }, resource: theirs(id, IDS.ada) },
    ]);
  });

  it('is none where nothing was to be seen', async () => {
    const id = await pay(ada);
    const neighbour = api.as(await aTenant(database), aUser(IDS.ben));
    expect((await neighbour({ url: `/v1/payments/${id}` })).status).toBe(404);
    await neighbour({ url: '/v1/payments' });
    expect(await events()).toEqual([]);
  });

  it('keeps no reader waiting, and is stored when the log takes it', async () => {
    const id = await pay(ada);
    let answer = (): void => undefined;
    const store = api.app.get(AuditLog).store.bind(api.app.get(AuditLog));
    const asked = jest
      .spyOn(api.app.get(AuditLog), 'store')
      .mockImplementationOnce((stored) =>
        new Promise<void>((resolve) => (answer = resolve)).then(() => store(stored)),
      );
    expect((await ben({ url: `/v1/payments/${id}` })).status).toBe(200);
    expect((await ben({ url: '/v1/payments' })).status).toBe(200);
    // It may still be gathering, after what the test before has recorded.
    await until('the log to be asked', () => Promise.resolve(asked.mock.calls.length > 0));
    answer();
    expect(await events()).toHaveLength(2);
  });
});

describe('A process that ends', () => {
  it('first stores what it knows of reads', async () => {
    const id = await pay(ada);
    const other = await aPaymentsApp(database);
    const log = other.app.get(AuditLog);
    const store = log.store.bind(log);
    // Slower than anything else that the process has to do before it ends.
    const slow = new Promise((resolve) => setTimeout(resolve, 300));
    jest.spyOn(log, 'store').mockImplementation((stored) => slow.then(() => store(stored)));
    const reader = other.as(tenant, aUser(IDS.ben));
    for (let read = 0; read < 3; read++) await reader({ url: `/v1/payments/${id}` });
    await other.app.close();
    expect(await events(`?resourceId=${id}`)).toHaveLength(3);
  });
});

describe('A change of a payment and its event', () => {
  const deletion = (id: string): Sent => ({ method: 'DELETE', url: `/v1/payments/${id}` });
  const restoration = (id: string): Sent => ({ method: 'POST', url: `/v1/payments/${id}/restore` });

  it('are both there', async () => {
    const id = await pay(ada);
    expect((await ben(deletion(id))).status).toBe(204);
    expect((await ben(restoration(id))).status).toBe(200);
    const resource = theirs(id, IDS.ada);
    expect(await events()).toMatchObject([
      { action: 'payment.restored', actor: { id: IDS.ben }, resource },
      { action: 'payment.deleted', actor: { id: IDS.ben }, resource },
    ]);
  });

  it('are neither there when one can’t be stored', async () => {
    const id = await pay(ada);
    const log = jest.spyOn(api.app.get(AuditLog), 'recordWithin').mockRejectedValue(new Error('full'));
    expect((await ada(deletion(id))).status).toBe(500);
    expect((await ada({ url: `/v1/payments/${id}` })).status).toBe(200);
    log.mockRestore();
    expect((await ada(deletion(id))).status).toBe(204);
    jest.spyOn(api.app.get(AuditLog), 'recordWithin').mockRejectedValue(new Error('full'));
    expect((await ada(restoration(id))).status).toBe(500);
    expect((await ada({ url: `/v1/payments/${id}` })).status).toBe(404);
    const pending = await pay(ada, anOrder({ metadata: { simulate: 'timeout' } }));
    const cancel: Sent = { method: 'POST', url: `/v1/payments/${pending}/cancel` };
    expect((await ada(cancel)).status).toBe(500);
    expect((await ada({ url: `/v1/payments/${pending}` })).body.status).toBe('PENDING');
    jest.restoreAllMocks();
    expect((await ada(cancel)).status).toBe(200);
    expect(await events()).toMatchObject([
      { action: 'payment.updated', details: { status: 'CANCELLED' } },
      { action: 'payment.deleted' },
    ]);
  });

  it('are one of each, however many ask at once', async () => {
    const id = await pay(ada);
    const deletions = await Promise.all([ada, ben, ada, ben].map((send) => send(deletion(id))));
    expect(deletions.map(({ status }) => (status === 404 ? 422 : status)).sort()).toEqual([
      204, 422, 422, 422,
    ]);
    const restorations = await Promise.all([ada, ben, ada, ben].map((send) => send(restoration(id))));
    expect(restorations.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422]);
    expect((await events()).map(({ action }) => action)).toEqual(['payment.restored', 'payment.deleted']);
  });
});
