import { Long, ObjectId } from 'mongodb';
import type { ResolvedTenant } from '@financeops/tenancy/context';
import {
  chargesInFlight,
  aDatabase,
  anOrder,
  aPaymentsApp,
  aTenant,
  type PaymentsApp,
  type Received,
  type Sent,
  type TestDatabase,
} from '../testing/payments-app';

jest.setTimeout(60_000);

let database: TestDatabase;
let api: PaymentsApp;
let bank: ResolvedTenant;
let send: (request: Sent) => Promise<Received>;
let asNeighbour: (request: Sent) => Promise<Received>;

const post = (payload: unknown, key?: string) => send({ method: 'POST', url: '/v1/payments', payload, key });
const made = async (changes: Record<string, unknown> = {}): Promise<Received['body']> => {
  const { status, body } = await post(anOrder(changes));
  expect(status).toBe(201);
  return body;
};
const places = ({ body }: Received): string[] =>
  body.errors.map(({ pointer, parameter }: Record<string, string>) => pointer ?? parameter);

beforeAll(async () => {
  database = await aDatabase();
  api = await aPaymentsApp(database);
  bank = await aTenant(database);
  send = api.as(bank);
  asNeighbour = api.as(await aTenant(database));
});

afterAll(async () => {
  await api?.app.close();
  await database?.drop();
});

describe('POST /v1/payments', () => {
  it('makes a payment and answers with all of it', async () => {
    const order = anOrder({ description: 'Кофе ☕', metadata: { orderId: '42', _bsontype: 'ObjectId' } });
    const { status, headers, body } = await post(order);
    expect(status).toBe(201);
    expect(headers['location']).toBe(`/v1/payments/${body.id}`);
    expect(body).toEqual({
      ...order,
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      tenantId: bank.id,
      status: 'COMPLETED',
      gateway: 'simulator',
      amountCaptured: 1250,
      amountRefunded: 0,
      failure: null,
      createdBy: 'a'.repeat(24),
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      updatedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      deletedAt: null,
    });
    expect((await send({ url: `/v1/payments/${body.id}` })).body).toEqual(body);
    expect(await chargesInFlight(database)).toBe(0);
  });

  it.each([
    ['decline', 'FAILED', 'card_declined'],
    ['error', 'FAILED', 'processing_error'],
    ['timeout', 'PENDING', null],
    ['challenge', 'PENDING', null],
    ['dispute', 'COMPLETED', null],
  ])('told to simulate %s, answers 201 %s', async (simulate, status, code) => {
    const payment = await made({ metadata: { simulate } });
    expect(payment.status).toBe(status);
    expect(payment.failure?.code ?? null).toBe(code);
    expect(payment.amountCaptured).toBe(status === 'COMPLETED' ? 1250 : 0);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no reference', { reference: undefined }, '/reference'],
    ['an empty reference', { reference: '' }, '/reference'],
    ['a long reference', { reference: 'x'.repeat(129) }, '/reference'],
    ['a control character', { reference: 'a\u0007' }, '/reference'],
    ['an operator for a string', { reference: { $gt: '' } }, '/reference'],
    ['half a pair', { reference: '\ud83d' }, '/reference'],
    ['no amount', { amount: undefined }, '/amount'],
    ['a text as amount', { amount: '1250' }, '/amount'],
    ['a fraction', { amount: 1.5 }, '/amount'],
    ['nothing', { amount: 0 }, '/amount'],
    ['less than nothing', { amount: -1 }, '/amount'],
    ['too much', { amount: 1_000_000_000_000 }, '/amount'],
    ['lower case', { currency: 'eur' }, '/currency'],
    ['an unknown currency', { currency: 'ABC' }, '/currency'],
    ['gold', { currency: 'XAU' }, '/currency'],
    ['a list as currency', { currency: ['EUR'] }, '/currency'],
    ['an unknown method', { method: 'cash' }, '/method'],
    ['an inherited method', { method: 'toString' }, '/method'],
    ['a long description', { description: 'x'.repeat(501) }, '/description'],
    ['null for a description', { description: null }, '/description'],
    ['a list as metadata', { metadata: ['a'] }, '/metadata'],
    ['text as metadata', { metadata: 'a' }, '/metadata'],
    ['a number in metadata', { metadata: { foo: 1 } }, '/metadata/foo'],
    ['depth in metadata', { metadata: { foo: { bar: 'x' } } }, '/metadata/foo'],
    ['an operator in metadata', { metadata: { $where: 'x' } }, '/metadata/$where'],
    ['a path in metadata', { metadata: { 'a.b': 'x' } }, '/metadata/a.b'],
    ['separate capture', { capture: false }, '/capture'],
    ['a text as capture', { capture: 'false' }, '/capture'],
    ['the tenant', { tenantId: 'a'.repeat(24) }, '/tenantId'],
    ['its own status', { status: 'COMPLETED' }, '/status'],
    ['an inherited field', { constructor: 'x' }, '/constructor'],
  ])('refuses %s, names the place and stores nothing', async (_, changes, pointer) => {
    const before = await database.raw.collection('payments').countDocuments();
    const reply = await post(anOrder(changes), `refused-${pointer}-${_}`);
    expect([reply.status, reply.body.code]).toEqual([400, 'validation-failed']);
    expect(places(reply)).toContain(pointer);
    expect(await database.raw.collection('payments').countDocuments()).toBe(before);
    expect(await database.raw.collection('idempotency_claims').countDocuments({ route: /payments$/ })).toBe(
      0,
    );
  });

  it('says what is not available yet', async () => {
    const { body } = await post(anOrder({ capture: false }));
    expect(body.errors[0].message).toMatch(/capture is not available yet/);
    expect((await made({ capture: true })).status).toBe('COMPLETED');
  });

  it.each(['{"a":', '[]', '"x"', '{"__proto__":{}}'])('refuses the body %s', async (payload) => {
    expect((await post(payload)).status).toBe(400);
  });

  it('takes the extremes', async () => {
    const payment = await made({
      reference: '😀'.repeat(128),
      amount: 999_999_999_999,
      currency: 'KWD',
      description: '',
      metadata: Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, 'v'.repeat(500)])),
    });
    expect(payment.amount).toBe(999_999_999_999);
    expect(Object.keys(payment.metadata)).toHaveLength(50);
  });

  it('refuses a reference twice, also of a deleted payment, but not of a neighbour', async () => {
    const { id, reference } = await made();
    const again = await post(anOrder({ reference }));
    expect([again.status, again.body.code]).toEqual([409, 'reference-taken']);
    await send({ method: 'DELETE', url: `/v1/payments/${id}` });
    expect((await post(anOrder({ reference }))).status).toBe(409);
    const payload = anOrder({ reference });
    expect((await asNeighbour({ method: 'POST', url: '/v1/payments', payload })).status).toBe(201);
  });

  it('lets one of many parallel requests have the reference', async () => {
    const order = anOrder();
    const replies = await Promise.all(Array.from({ length: 20 }, () => post(order)));
    expect(replies.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(19).fill(409)]);
    expect(await database.raw.collection('payments').countDocuments({ reference: order['reference'] })).toBe(
      1,
    );
  });
});

describe('a neighbour', () => {
  it('gets for a payment exactly what it gets for none', async () => {
    const { id } = await made();
    const nobody = '0123456789abcdef01234567';
    const strip = ({ status, body }: Received, of: string) => ({
      status,
      body: JSON.parse(JSON.stringify({ ...body, requestId: '' }).replaceAll(of, 'ID')),
    });
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/cancel'],
      ['POST', '/restore'],
    ] as const) {
      const foreign = await asNeighbour({ method, url: `/v1/payments/${id}${path}` });
      const absent = await asNeighbour({ method, url: `/v1/payments/${nobody}${path}` });
      expect(foreign.status).toBe(404);
      expect(strip(foreign, id)).toEqual(strip(absent, nobody));
    }
    const { body } = await asNeighbour({ url: '/v1/payments?limit=100' });
    expect(body.data.map((payment: { id: string }) => payment.id)).not.toContain(id);
    expect((await send({ url: `/v1/payments/${id}` })).status).toBe(200);
  });
});

describe('ids', () => {
  it.each(['x', '0123456789abcdef0123456', 'zzzzzzzzzzzzzzzzzzzzzzzz', '%00'])('%s is a 404', async (id) => {
    const reply = await send({ url: `/v1/payments/${id}` });
    expect([reply.status, reply.body.code]).toEqual([404, 'not-found']);
  });
});

describe('GET /v1/payments', () => {
  it('walks through all of them, newest first, page by page', async () => {
    const walker = api.as(await aTenant(database));
    const ids: string[] = [];
    for (let index = 0; index < 7; index++) {
      const { body } = await walker({ method: 'POST', url: '/v1/payments', payload: anOrder() });
      ids.unshift(body.id);
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Received = await walker({
        url: `/v1/payments?limit=3${cursor === null ? '' : `&cursor=${cursor}`}`,
      });
      expect(page.status).toBe(200);
      seen.push(...page.body.data.map(({ id }: { id: string }) => id));
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(ids);
  });

  it('filters by reference, status and time', async () => {
    const filtering = api.as(await aTenant(database));
    const one = (changes = {}) =>
      filtering({ method: 'POST', url: '/v1/payments', payload: anOrder(changes) }).then(({ body }) => body);
    const first = await one({ metadata: { simulate: 'decline' } });
    const second = await one();
    const ids = async (query: string) => {
      const { body } = await filtering({ url: `/v1/payments?${query}` });
      return body.data.map(({ id }: { id: string }) => id);
    };
    expect(await ids(`reference=${second.reference}`)).toEqual([second.id]);
    expect(await ids('status=FAILED')).toEqual([first.id]);
    expect(await ids('status=REFUNDED')).toEqual([]);
    expect(await ids(`createdFrom=${second.createdAt}`)).toContain(second.id);
    expect(await ids(`createdTo=${first.createdAt}`)).toEqual([]);
    expect(await ids('createdFrom=2000-01-01&createdTo=2000-01-02')).toEqual([]);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=x', 'limit'],
    ['status=PAID', 'status'],
    ['status=FAILED&status=PENDING', 'status'],
    ['reference=', 'reference'],
    ['createdFrom=2026-02-30', 'createdFrom'],
    ['createdTo=yesterday', 'createdTo'],
    ['cursor=abc', 'cursor'],
    ['tenantId=x', 'tenantId'],
    ['constructor=x', 'constructor'],
  ])('refuses ?%s', async (query, parameter) => {
    const reply = await send({ url: `/v1/payments?${query}` });
    expect([reply.status, reply.body.code]).toEqual([400, 'validation-failed']);
    expect(places(reply)).toContain(parameter);
  });

  it('refuses a cursor of another tenant, or made for other filters', async () => {
    await made();
    await made();
    const { body } = await send({ url: '/v1/payments?limit=1' });
    expect(body.nextCursor).not.toBeNull();
    for (const [who, query] of [
      [asNeighbour, ''],
      [send, '&status=COMPLETED'],
    ] as const) {
      const reply = await who({ url: `/v1/payments?limit=1${query}&cursor=${body.nextCursor}` });
      expect([reply.status, reply.body.code]).toEqual([400, 'validation-failed']);
    }
  });
});

describe('GET /v1/payments/stats', () => {
  it('sums exactly by status and currency, without what is deleted', async () => {
    const summing = api.as(await aTenant(database));
    const pay = (changes: Record<string, unknown>) =>
      summing({ method: 'POST', url: '/v1/payments', payload: anOrder(changes) });
    expect((await summing({ url: '/v1/payments/stats' })).body).toEqual({ data: [] });
    await pay({ amount: 999_999_999_999 });
    await pay({ amount: 999_999_999_999 });
    await pay({ amount: 1, currency: 'JPY' });
    await pay({ amount: 5, metadata: { simulate: 'decline' } });
    const { body: gone } = await pay({ amount: 7 });
    await summing({ method: 'DELETE', url: `/v1/payments/${gone.id}` });
    expect((await summing({ url: '/v1/payments/stats' })).body).toEqual({
      data: [
        { status: 'COMPLETED', currency: 'EUR', count: 2, amount: 1_999_999_999_998 },
        { status: 'COMPLETED', currency: 'JPY', count: 1, amount: 1 },
        { status: 'FAILED', currency: 'EUR', count: 1, amount: 5 },
      ],
    });
    expect((await summing({ url: '/v1/payments/stats?to=2000-01-01' })).body).toEqual({ data: [] });
    expect((await summing({ url: '/v1/payments/stats?from=2026-13-01' })).status).toBe(400);
  });

  it('sums beyond what 64 bits hold', async () => {
    const summing = api.as(await aTenant(database));
    const { body } = await summing({ method: 'POST', url: '/v1/payments', payload: anOrder() });
    const stored = await database.raw.collection('payments').findOne({ reference: body.reference });
    const huge = Array.from({ length: 3 }, (_, index) => ({
      ...stored,
      _id: new ObjectId(),
      reference: `huge-${index}`,
      currency: 'KWD',
      amount: Long.MAX_VALUE,
    }));
    await database.raw.collection('payments').insertMany(huge);
    expect((await summing({ url: '/v1/payments/stats' })).text).toContain('"amount":27670116110564327421');
  });
});

describe('cancel', () => {
  it('cancels what is pending, once', async () => {
    const { id } = await made({ metadata: { simulate: 'timeout' } });
    const url = `/v1/payments/${id}/cancel`;
    const replies = await Promise.all(Array.from({ length: 10 }, () => send({ method: 'POST', url })));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(422)]);
    expect(replies.find(({ status }) => status === 200)!.body).toMatchObject({ id, status: 'CANCELLED' });
    expect(replies.find(({ status }) => status === 422)!.body.code).toBe('invalid-state');
    expect(await chargesInFlight(database)).toBe(0);
  });

  it('leaves what is final as it is', async () => {
    const { id } = await made();
    expect((await send({ method: 'POST', url: `/v1/payments/${id}/cancel` })).status).toBe(422);
    expect((await send({ url: `/v1/payments/${id}` })).body.status).toBe('COMPLETED');
  });

  it('takes no body', async () => {
    const { id } = await made();
    const reply = await send({ method: 'POST', url: `/v1/payments/${id}/cancel`, payload: { reason: 'x' } });
    expect(places(reply)).toEqual(['/reason']);
  });
});

describe('DELETE and restore', () => {
  it('puts a final payment away and brings it back, on record', async () => {
    const { id, reference } = await made();
    const url = `/v1/payments/${id}`;
    expect(await send({ method: 'POST', url: `${url}/restore` })).toMatchObject({
      status: 422,
      body: { code: 'invalid-state' },
    });
    expect(await send({ method: 'DELETE', url })).toMatchObject({ status: 204, body: null });
    expect((await send({ url })).status).toBe(404);
    expect((await send({ method: 'DELETE', url })).status).toBe(404);
    expect((await send({ url: `/v1/payments?reference=${reference}` })).body.data).toEqual([]);
    const restored = await send({ method: 'POST', url: `${url}/restore` });
    expect(restored).toMatchObject({ status: 200, body: { id, deletedAt: null } });
    expect((await send({ url })).body).toEqual(restored.body);
    const events = await database.raw.collection('audit_events').find({ 'resource.id': id }).toArray();
    expect(events.map(({ action }) => action)).toEqual(['payment.deleted', 'payment.restored']);
    expect(events[0]).toMatchObject({
      actor: { type: 'user', id: 'a'.repeat(24) },
      resource: { type: 'payment', ownerId: 'a'.repeat(24) },
    });
  });

  it('refuses to delete what is under way', async () => {
    const { id } = await made({ metadata: { simulate: 'timeout' } });
    const reply = await send({ method: 'DELETE', url: `/v1/payments/${id}` });
    expect([reply.status, reply.body.code]).toEqual([422, 'invalid-state']);
  });
});
