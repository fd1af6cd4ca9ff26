import request from 'supertest';
import { START_TIMEOUT_MS, startApi, type RunningApi } from '@financeops/testing';

/** The whole way, as README tells it: somebody logs in, pays, sees it, and a neighbour can't. */
describe('The first payment', () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await startApi();
  }, START_TIMEOUT_MS);
  afterAll(() => api?.stop());

  const tokenOf = async (slug: 'city-credit' | 'first-bank'): Promise<string> => {
    const { body } = await request(api.baseUrl)
      .post('/v1/auth/login')
      .set('X-Tenant-ID', slug)
      .send(api.demo(slug).admin)
      .expect(200);
    return (body as { accessToken: string }).accessToken;
  };

  it('is made by its tenant, seen by its tenant, and nobody else', async () => {
    const token = await tokenOf('city-credit');
    const order = { reference: 'order-1', amount: 1250, currency: 'EUR', method: 'card' };
    const created = await request(api.baseUrl)
      .post('/v1/payments')
      .auth(token, { type: 'bearer' })
      .set('Idempotency-Key', 'order-1')
      .send(order)
      .expect(201);
    expect(created.body).toMatchObject({ ...order, status: 'COMPLETED', amountCaptured: 1250 });
    const { location } = created.headers;
    expect(location).toBe(`/v1/payments/${(created.body as { id: string }).id}`);

    await request(api.baseUrl).get(location!).auth(token, { type: 'bearer' }).expect(200, created.body);
    await request(api.baseUrl)
      .get('/v1/payments?reference=order-1')
      .auth(token, { type: 'bearer' })
      .expect(200, { data: [created.body], nextCursor: null });
    await request(api.baseUrl)
      .get(location!)
      .auth(await tokenOf('first-bank'), { type: 'bearer' })
      .expect(404);
    await request(api.baseUrl)
      .get(location!)
      .set('X-API-Key', api.demo('first-bank').apiKey!)
      .set('X-Tenant-ID', 'first-bank')
      .expect(404);
    await request(api.baseUrl).get(location!).expect(401);
  });
});
