import {
  anApiKey,
  aPayment,
  START_TIMEOUT_MS,
  startApi,
  until,
  type ApiClient,
  type RunningApi,
} from '@financeops/testing';
import type { AuditEvent, Me, Page, Payment } from '../support/views';

let api: RunningApi;
let admin: ApiClient;
let viewer: ApiClient;
let key: ApiClient;
let ids: Record<'admin' | 'viewer' | 'key', string>;

beforeAll(async () => {
  api = await startApi();
  const bank = api.demo('first-bank');
  admin = await api.as(bank, 'admin');
  viewer = await api.as(bank, 'viewer');
  const secret = await anApiKey(api.db, bank.id, ['payments:read', 'payments:write']);
  key = api.client({ 'x-api-key': secret, 'x-tenant-id': bank.slug });
  const [a, v, k] = await Promise.all(
    [admin, viewer, key].map(async (client) => (await client.get<Me>('/v1/me')).body.principal.id),
  );
  ids = { admin: a!, viewer: v!, key: k! };
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

const pay = async (client: ApiClient) => {
  const { status, body } = await client.post<Payment>('/v1/payments', aPayment());
  expect(status).toBe(201);
  return body;
};
const events = async (query: string): Promise<AuditEvent[]> =>
  (await admin.get<Page<AuditEvent>>(`/v1/audit-events?limit=100&${query}`)).body.data;
const eventOf = (what: string, query: string, requestId: unknown) =>
  until(what, async () => (await events(query)).find((event) => event.requestId === requestId));

const theirs = ({ id }: Payment, ownerId: string) => ({ type: 'payment', id, ownerId });

describe('Reads of payments in the audit log', () => {
  it('one by one: by whom, of whose; one’s own are not in it', async () => {
    const [hers, its] = [await pay(admin), await pay(key)];
    expect([hers.createdBy, its.createdBy]).toEqual([ids.admin, ids.key]);
    await admin.get(`/v1/payments/${hers.id}`);
    const read = await viewer.get(`/v1/payments/${hers.id}`);
    const byKey = await key.get(`/v1/payments/${hers.id}`);
    const event = await eventOf('the read', `resourceId=${hers.id}`, read.headers['x-request-id']);
    expect(event).toMatchObject({
      tenantId: api.demo('first-bank').id,
      action: 'payment.read',
      outcome: 'allowed',
      actor: { type: 'user', id: ids.viewer },
      resource: theirs(hers, ids.admin),
    });
    const other = await eventOf("the key's", `userId=${ids.key}`, byKey.headers['x-request-id']);
    expect(other.actor).toEqual({ type: 'api-key', id: ids.key });
    expect(await events(`userId=${ids.admin}&action=payment.read`)).toEqual([]);
  });

  it('a list is one event with the others’ payments inside, which every filter finds', async () => {
    const [hers, its] = [await pay(admin), await pay(key)];
    const list = await key.get<Page<Payment>>('/v1/payments?limit=2');
    expect(list.body.data.map(({ id }) => id)).toEqual([its.id, hers.id]);
    const requestId = list.headers['x-request-id'];
    const event = await eventOf('the list read', `resourceId=${hers.id}`, requestId);
    expect(event).toMatchObject({
      action: 'payment.read',
      actor: { type: 'api-key', id: ids.key },
      resource: null,
      details: { resources: [theirs(hers, ids.admin)] },
    });
    const found = async (query: string) =>
      (await events(query)).filter((one) => one.requestId === requestId).length;
    expect(await found(`userId=${ids.key}`)).toBe(1);
    expect(await found('action=payment.read')).toBe(1);
    // Which records owned by others did it read?
    expect(await found(`userId=${ids.key}&resourceOwnerNot=${ids.key}`)).toBe(1);
    expect(await found(`resourceOwnerNot=${ids.admin}`)).toBe(0);
    expect(await found(`resourceId=${its.id}`)).toBe(0);
    expect(await found(`userId=${ids.viewer}`)).toBe(0);
    expect(await found('action=payment.updated')).toBe(0);
  });

  it(
    'none is lost when the process is told to stop right after the answers',
    async () => {
      const { id } = await pay(admin);
      const reads = 60;
      const replies = await Promise.all(
        Array.from({ length: reads }, () => viewer.get<Payment>(`/v1/payments/${id}`)),
      );
      expect(replies.map(({ status }) => status)).toEqual(Array<number>(reads).fill(200));
      api.signal('SIGTERM');
      expect(await api.exit).toBe(0);
      const stored = await api.db
        .collection('audit_events')
        .countDocuments({ action: 'payment.read', 'resource.id': id });
      expect(stored).toBe(reads);
      await api.restart();
      expect(await events(`resourceId=${id}`)).toHaveLength(reads);
    },
    START_TIMEOUT_MS,
  );
});
