import { request } from 'node:http';
import {
  aPayment,
  aPaymentTold,
  aTenant,
  START_TIMEOUT_MS,
  startApi,
  until,
  type ApiClient,
  type RunningApi,
} from '@financeops/testing';
import { allItems, csvOf, ended, sendFile, type Bulk } from './support';

const LINES = 1_000;

/** Interruptions of a payment file other than the death of a worker. */
describe('A payment file', () => {
  let api: RunningApi;
  let operator: ApiClient;
  beforeAll(async () => {
    api = await startApi({ faulty: ['mongodb', 'redis'] });
    operator = await api.asOperator();
    await api.startWorker();
  }, START_TIMEOUT_MS);
  afterAll(() => api?.stop());

  let files = 0;
  const aFile = (): string => {
    const name = ++files;
    return csvOf(
      Array.from({ length: LINES }, (_, n) => [`f${name}-${n}`, ((100 + n) / 100).toFixed(2)] as const),
    );
  };
  const aBank = async () => {
    const tenant = await aTenant('ENTERPRISE').unlimited().madeBy(operator);
    return { tenant, admin: await api.as(tenant) };
  };
  const sent = async (admin: ApiClient): Promise<string> => {
    const reply = await sendFile(admin, 'csv', aFile());
    expect(reply.status).toBe(202);
    return reply.body.id;
  };
  const begun = (admin: ApiClient, id: string) =>
    until(
      'some lines to be paid',
      async () => {
        const { body } = await admin.get<Bulk>(`/v1/bulk-payments/${id}`);
        return body.counts.completed > 0 && body.counts.pending > 0;
      },
      { everyMs: 5 },
    );
  const expectPaidOnce = async (admin: ApiClient, id: string): Promise<void> => {
    expect(await ended(admin, id)).toMatchObject({
      status: 'COMPLETED',
      counts: { total: LINES, completed: LINES, failed: 0, pending: 0 },
    });
    const { body } = await admin.get<{ data: unknown[] }>('/v1/payments/stats');
    const amount = LINES * 100 + (LINES * (LINES - 1)) / 2;
    expect(body.data).toEqual([{ status: 'COMPLETED', currency: 'EUR', count: LINES, amount }]);
  };

  it.each(['mongodb', 'redis'] as const)(
    'is paid completely and once when %s is unavailable for a while',
    async (backend) => {
      const { admin } = await aBank();
      const id = await sent(admin);
      await begun(admin, id);
      const proxy = api.databases.proxy(backend);
      await proxy.cut();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await proxy.restore();
      await until('the API to answer again', async () => (await admin.get('/v1/me')).status === 200);
      await expectPaidOnce(admin, id);
    },
  );

  it('waits while its tenant is inactive, and continues afterwards', async () => {
    const { tenant, admin } = await aBank();
    const id = await sent(admin);
    await begun(admin, id);
    const isActive = (active: boolean) =>
      operator.patch(`/v1/admin/tenants/${tenant.id}`, { isActive: active });
    const paid = () => api.db.collection('payments').countDocuments({ reference: new RegExp(`^f${files}-`) });
    expect((await isActive(false)).status).toBe(200);
    let last = -1;
    await until(
      'the turn under way to end',
      async () => {
        const now = await paid();
        const rests = now === last;
        last = now;
        return rests;
      },
      { everyMs: 1_000 },
    );
    expect(last).toBeLessThan(LINES);
    expect((await isActive(true)).status).toBe(200);
    await expectPaidOnce(admin, id);
  });

  it('with lines of unknown outcome is completed later, like a single payment', async () => {
    const { admin } = await aBank();
    const lineOf = (simulate?: string) => {
      const metadata = simulate === undefined ? {} : { metadata: { simulate } };
      return JSON.stringify({ ...aPayment(), ...metadata });
    };
    const file = [lineOf(), lineOf('timeout'), lineOf('decline'), lineOf('timeout')].join('\n');
    const { id } = (await sendFile(admin, 'ndjson', file)).body;
    expect(await ended(admin, id)).toMatchObject({
      status: 'PARTIALLY_COMPLETED',
      counts: { completed: 1, failed: 1, pending: 2 },
    });
    const single = await admin.post<{ id: string; status: string }>('/v1/payments', aPaymentTold('timeout'));
    expect(single.body.status).toBe('PENDING');
    // As if 30 seconds had passed.
    const notes = api.db.collection('unresolved_payments');
    expect((await notes.updateMany({}, { $set: { nextAt: new Date(0) } })).modifiedCount).toBe(3);
    await until('the answers', async () => (await notes.countDocuments()) === 0);
    expect((await admin.get<Bulk>(`/v1/bulk-payments/${id}`)).body).toMatchObject({
      status: 'PARTIALLY_COMPLETED',
      counts: { total: 4, completed: 3, failed: 1, pending: 0 },
    });
    const items = await allItems(admin, id);
    expect(items.map(({ status }) => status)).toEqual(['COMPLETED', 'COMPLETED', 'FAILED', 'COMPLETED']);
    expect((await admin.get(`/v1/payments/${single.body.id}`)).body).toMatchObject({ status: 'COMPLETED' });
  });

  const nothingUnderWay = () =>
    until(
      'no upload to be left',
      async () => (await api.db.collection('bulk_uploads').countDocuments()) === 0,
    );

  /** An upload whose end is never sent. */
  const halfSent = (admin: ApiClient, name: string) => {
    const file = csvOf(Array.from({ length: 5_000 }, (_, n) => [`${name}-${n}`, '1.00'] as const));
    const upload = request({
      port: api.port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/v1/bulk-payments',
      headers: { ...admin.headers, 'content-type': 'text/csv' },
    });
    const broken = new Promise((resolve) => upload.once('error', resolve));
    upload.write(file);
    const items = () =>
      api.db.collection('bulk_payment_items').countDocuments({ reference: new RegExp(`^${name}-`) });
    return { upload, broken, file, items };
  };

  it('that its client interrupts leaves nothing', async () => {
    const { admin } = await aBank();
    const { upload, items } = halfSent(admin, 'broken');
    await until('its first lines to be stored', async () => (await items()) > 0);
    upload.destroy();
    await until('its lines to be gone', async () => (await items()) === 0);
    await nothingUnderWay();
    expect((await admin.get<{ data: Bulk[] }>('/v1/bulk-payments')).body.data).toEqual([]);
  });

  it('that was half received when the API was killed is invisible and is removed', async () => {
    const { admin } = await aBank();
    const { broken, file, items } = halfSent(admin, 'killed');
    await until('its first lines to be stored', async () => (await items()) > 0);
    await api.kill9();
    await broken;
    await api.restart();
    const list = await admin.get<{ data: Bulk[] }>('/v1/bulk-payments');
    expect(list.body.data).toEqual([]);
    // As if its process had not renewed the lease for a minute.
    await api.db.collection('bulk_uploads').updateMany({}, { $set: { leaseUntil: new Date(0) } });
    // A worker looks for such files when it starts.
    await api.startWorker();
    await until('it to be removed', async () => (await items()) === 0);
    await nothingUnderWay();
    const again = await sendFile(admin, 'csv', file);
    expect(again.status).toBe(202);
  });
});
