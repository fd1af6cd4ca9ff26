import {
  aPayment,
  aPaymentTold,
  aTenant,
  anApiKey,
  START_TIMEOUT_MS,
  startApi,
  type ApiClient,
  type BuiltTenant,
  type DemoTenant,
  type RunningApi,
} from '@financeops/testing';
import { expectProblem } from '../support/problem';
import type { Page, Payment } from '../support/views';

let api: RunningApi;
let tenant: BuiltTenant;
let admin: ApiClient;

beforeAll(async () => {
  api = await startApi();
  tenant = await aTenant()
    .unlimited()
    .madeBy(await api.asOperator());
  admin = await api.as(tenant);
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

const pay = async (body: unknown = aPayment(), by: ApiClient = admin): Promise<Payment> => {
  const reply = await by.post<Payment>('/v1/payments', body);
  expect([reply.status, reply.status === 201 ? '' : reply.text]).toEqual([201, '']);
  return reply.body;
};
const pathOf = ({ id }: Payment) => `/v1/payments/${id}`;

describe('A payment', () => {
  it('is made, told where it is, and found there', async () => {
    const order = aPayment({ description: 'Two cups', metadata: { orderId: '42', é: '☕' } });
    const created = await admin.post<Payment>('/v1/payments', order);
    expect(created.status).toBe(201);
    expect(created.headers.location).toBe(pathOf(created.body));
    expect(created.body).toEqual({
      ...order,
      id: expect.stringMatching(/^[0-9a-f]{24}$/) as string,
      tenantId: tenant.id,
      status: 'COMPLETED',
      gateway: 'simulator',
      amountCaptured: 1250,
      amountRefunded: 0,
      failure: null,
      createdBy: expect.stringMatching(/^[0-9a-f]{24}$/) as string,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      updatedAt: expect.stringMatching(/Z$/) as string,
      deletedAt: null,
    });
    const found = await admin.get(created.headers.location!);
    expect([found.status, found.body]).toEqual([200, created.body]);
    expect(
      (await admin.get(pathOf(created.body).toUpperCase().replace('/V1/PAYMENTS', '/v1/payments'))).body,
    ).toEqual(created.body);
  });

  it.each([
    [1, 'JPY'],
    [999_999_999_999, 'EUR'],
    [1, 'KWD'],
  ])('of %d %s keeps its amount to the last unit', async (amount, currency) => {
    const { body } = await admin.get<Payment>(pathOf(await pay(aPayment({ amount, currency }))));
    expect([body.amount, body.currency, body.amountCaptured]).toEqual([amount, currency, amount]);
  });

  it.each(['card', 'bank_transfer', 'wallet'])('is made by %s', async (method) => {
    expect((await pay(aPayment({ method }))).method).toBe(method);
  });

  it('takes the longest texts, and gives them back to the letter', async () => {
    const order = aPayment({
      reference: '💶'.repeat(128),
      description: '\u0000\u0001\n"\\' + 'ß'.repeat(495),
      metadata: Object.fromEntries(
        Array.from({ length: 50 }, (_, i) => [`${i}`.padEnd(40, 'ü'), 'w'.repeat(500)]),
      ),
      capture: true,
    });
    const { body } = await admin.get<Payment>(pathOf(await pay(order)));
    expect({ ...order, capture: undefined }).toEqual({
      reference: body.reference,
      amount: body.amount,
      currency: body.currency,
      method: body.method,
      description: body.description,
      metadata: body.metadata,
      capture: undefined,
    });
  });

  it.each([
    ['decline', 'FAILED', 0],
    ['error', 'FAILED', 0],
    ['timeout', 'PENDING', 0],
    ['challenge', 'PENDING', 0],
    ['slow', 'COMPLETED', 1250],
    ['dispute', 'COMPLETED', 1250],
    ['anything else', 'COMPLETED', 1250],
  ])('at a gateway told %s is %s', async (simulate, status, amountCaptured) => {
    const payment = await pay(aPaymentTold(simulate));
    expect(payment).toMatchObject({ status, amountCaptured });
    if (status === 'FAILED') {
      expect(payment.failure).toEqual({
        code: expect.stringMatching(/^[a-z_]+$/) as string,
        message: expect.stringMatching(/\S/) as string,
      });
    } else expect(payment.failure).toBeNull();
    expect((await admin.get(pathOf(payment))).body).toEqual(payment);
  });

  it('has a reference of its own in its tenant; a neighbour may have the same', async () => {
    const first = await pay();
    const again = await admin.post('/v1/payments', aPayment({ reference: first.reference }));
    expect(expectProblem(again, 'reference-taken').errors).toEqual([
      { pointer: '/reference', message: expect.any(String) as string },
    ]);
    const neighbour = await api.as(api.demo('city-credit'), 'admin');
    await pay(aPayment({ reference: first.reference }), neighbour);
  });

  it('of a reference sent twenty times at once is made once', async () => {
    const order = aPayment();
    const replies = await Promise.all(Array.from({ length: 20 }, () => admin.post('/v1/payments', order)));
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const reply of replies) if (reply.status !== 201) expectProblem(reply, 'reference-taken');
    expect(await api.db.collection('payments').countDocuments({ reference: order['reference'] })).toBe(1);
  });

  it('is cancelled while it is PENDING, and once', async () => {
    const payment = await pay(aPaymentTold('timeout'));
    const cancelled = await admin.post<Payment>(`${pathOf(payment)}/cancel`);
    expect(cancelled.status).toBe(200);
    expect(cancelled.body).toEqual({
      ...payment,
      status: 'CANCELLED',
      updatedAt: expect.any(String) as string,
    });
    expectProblem(await admin.post(`${pathOf(payment)}/cancel`), 'invalid-state');
  });

  it('is not cancelled when it is COMPLETED or FAILED', async () => {
    for (const simulate of ['none', 'decline']) {
      const payment = await pay(aPaymentTold(simulate));
      expectProblem(await admin.post(`${pathOf(payment)}/cancel`), 'invalid-state');
      expect((await admin.get(pathOf(payment))).body).toEqual(payment);
    }
  });
});

describe('A deleted payment', () => {
  it.each(['none', 'decline'])(
    '(told %s) is nowhere to be seen, keeps its reference, and comes back',
    async (simulate) => {
      const payment = await pay(aPaymentTold(simulate, { currency: 'CHF' }));
      const path = pathOf(payment);
      const stats = (await admin.get('/v1/payments/stats')).text;
      const deleted = await admin.delete(path);
      expect([deleted.status, deleted.text]).toEqual([204, '']);
      expectProblem(await admin.get(path), 'not-found');
      expectProblem(await admin.delete(path), 'not-found');
      expectProblem(await admin.post(`${path}/cancel`), 'not-found');
      const list = await admin.get<Page<Payment>>(`/v1/payments?reference=${payment.reference}`);
      expect(list.body.data).toEqual([]);
      expect((await admin.get('/v1/payments/stats')).text).not.toBe(stats);
      expectProblem(
        await admin.post('/v1/payments', aPayment({ reference: payment.reference })),
        'reference-taken',
      );
      const restored = await admin.post<Payment>(`${path}/restore`);
      expect(restored.status).toBe(200);
      expect(restored.body).toEqual({ ...payment, updatedAt: expect.any(String) as string });
      expect((await admin.get(path)).status).toBe(200);
      expect((await admin.get('/v1/payments/stats')).text).toBe(stats);
      expectProblem(await admin.post(`${path}/restore`), 'invalid-state');
    },
  );

  it('was final: what is PENDING is not deleted', async () => {
    const payment = await pay(aPaymentTold('timeout'));
    expectProblem(await admin.delete(pathOf(payment)), 'invalid-state');
    await admin.post(`${pathOf(payment)}/cancel`);
    expect((await admin.delete(pathOf(payment))).status).toBe(204);
  });
});

describe('Who may do what', () => {
  let bank: DemoTenant;
  let owner: ApiClient;
  let payment: Payment;
  let writes: [string, (client: ApiClient) => Promise<{ status: number }>][];
  let reads: string[];

  beforeAll(async () => {
    bank = api.demo('first-bank');
    owner = await api.as(bank, 'admin');
    payment = await pay(aPaymentTold('timeout'), owner);
    reads = [pathOf(payment), '/v1/payments', `/v1/payments?reference=${payment.reference}`];
    writes = [
      ['create', (client) => client.post('/v1/payments', aPayment())],
      ['cancel', (client) => client.post(`${pathOf(payment)}/cancel`)],
      ['delete', (client) => client.delete(pathOf(payment))],
      ['restore', (client) => client.post(`${pathOf(payment)}/restore`)],
    ];
  });

  it('a VIEWER reads, and changes nothing', async () => {
    const viewer = await api.as(bank, 'viewer');
    for (const path of [...reads, '/v1/payments/stats', '/v1/usage', '/v1/me']) {
      expect([path, (await viewer.get(path)).status]).toEqual([path, 200]);
    }
    for (const [, write] of writes) expectProblem((await write(viewer)) as never, 'forbidden');
    expectProblem(await viewer.get('/v1/tenant'), 'forbidden');
    expect((await owner.get(pathOf(payment))).body).toEqual(payment);
  });

  it('a key that may read reads, and changes nothing', async () => {
    const key = api.client({ 'x-api-key': await anApiKey(api.db, bank.id, ['payments:read']) });
    for (const path of [...reads, '/v1/payments/stats', '/v1/usage']) {
      expect([path, (await key.get(path)).status]).toEqual([path, 200]);
    }
    for (const [, write] of writes) expectProblem((await write(key)) as never, 'forbidden');
  });

  it('a key that may write makes and cancels payments, and reads none', async () => {
    const key = api.client({ 'x-api-key': await anApiKey(api.db, bank.id, ['payments:write']) });
    for (const path of reads) expectProblem(await key.get(path), 'forbidden');
    expect((await key.get('/v1/usage')).status).toBe(200);
    const made = await pay(aPaymentTold('timeout'), key);
    expect((await key.post(`${pathOf(made)}/cancel`)).status).toBe(200);
  });

  it('no key does what is an ADMIN’s alone', async () => {
    const key = api.client({ 'x-api-key': bank.apiKey });
    const made = await pay(aPayment(), key);
    expectProblem(await key.delete(pathOf(made)), 'forbidden');
    expectProblem(await key.post(`${pathOf(made)}/restore`), 'forbidden');
    expectProblem(await key.get('/v1/tenant'), 'forbidden');
    expect((await owner.delete(pathOf(made))).status).toBe(204);
  });

  it('a key that has expired or was revoked does nothing', async () => {
    for (const dates of [{ expiresAt: new Date(Date.now() - 1) }, { revokedAt: new Date() }]) {
      const key = api.client({ 'x-api-key': await anApiKey(api.db, bank.id, ['payments:read'], dates) });
      expectProblem(await key.get('/v1/payments'), 'unauthenticated');
    }
  });

  it('a key of a tier without api_access does nothing', async () => {
    const credit = api.demo('city-credit');
    const key = api.client({ 'x-api-key': await anApiKey(api.db, credit.id, ['payments:read']) });
    expectProblem(await key.get('/v1/payments'), 'feature-not-in-tier');
  });
});
