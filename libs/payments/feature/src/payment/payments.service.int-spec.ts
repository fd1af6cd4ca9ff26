import { PaymentGateway, type Charge, type ChargeOutcome, type FoundOutcome } from '@financeops/gateways';
import type { ResolvedTenant } from '@financeops/tenancy/context';
import { PaymentRecoveryService } from '../recovery/payment-recovery.service';
import {
  chargesInFlight,
  aDatabase,
  anOrder,
  aPaymentsApp,
  aTenant,
  withQuota,
  type PaymentsApp,
  type Received,
  type TestDatabase,
} from '../testing/payments-app';

jest.setTimeout(120_000);

/** A gateway that books what it was asked, and answers when the test lets it. */
class BookkeepingGateway extends PaymentGateway {
  readonly name = 'books';
  readonly charged: string[] = [];
  readonly cancelled: string[] = [];
  /** Set: a charge gets no answer until it is called. */
  answer: ((outcome: ChargeOutcome) => void) | undefined;
  private silent = false;
  truth: FoundOutcome = { kind: 'completed' };

  fallSilent(): void {
    this.silent = true;
  }

  charge({ paymentId }: Charge): Promise<ChargeOutcome> {
    this.charged.push(paymentId);
    return this.silent
      ? new Promise((resolve) => (this.answer = resolve))
      : Promise.resolve({ kind: 'completed' });
  }
  find(): Promise<FoundOutcome> {
    return Promise.resolve(this.truth);
  }
  cancel({ paymentId }: Charge): Promise<void> {
    this.cancelled.push(paymentId);
    return Promise.resolve();
  }
}

const LATER = 60_000;

let database: TestDatabase;
let gateway: BookkeepingGateway;
/** Two processes on one database. */
let first: PaymentsApp;
let second: PaymentsApp;

beforeAll(async () => {
  database = await aDatabase();
});
beforeEach(async () => {
  gateway = new BookkeepingGateway();
  first = await aPaymentsApp(database, gateway);
  second = await aPaymentsApp(database, gateway);
});
afterEach(async () => {
  await first?.app.close();
  await second?.app.close();
});
afterAll(() => database?.drop());

const paymentsOf = (tenant: ResolvedTenant) =>
  database.raw
    .collection('payments')
    .find()
    .toArray()
    .then((all) => all.filter(({ tenantId }) => String(tenantId) === tenant.id));

const inFlight = (expected = 0) => chargesInFlight(database, expected);

const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 2_000; tries++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('It never came to that.');
};

const recovering = (api: PaymentsApp) => api.app.get(PaymentRecoveryService).recover(Date.now() + LATER);

const statuses = (replies: Received[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { status } of replies) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

describe('an Idempotency-Key', () => {
  it('makes one payment of parallel requests through two processes: 50 keys x 20', async () => {
    const tenant = await aTenant(database);
    const ways = [first.as(tenant), second.as(tenant)];
    const orders = Array.from({ length: 50 }, () => anOrder());
    const pay = (index: number, way: number) =>
      ways[way % 2]!({ method: 'POST', url: '/v1/payments', payload: orders[index], key: `key-${index}` });
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, round) => orders.map((_, index) => pay(index, round + index))).flat(),
    );
    // A busy machine may answer 503: with its key, a request can be sent again.
    const { 201: paid, 409: inFlightYet, 503: busy = 0 } = statuses(replies);
    expect(paid! + (inFlightYet ?? 0) + busy).toBe(1000);
    for (const { status, body } of replies) {
      if (status === 409) expect(body.code).toBe('idempotency-in-flight');
    }
    for (const index of orders.keys()) {
      await until(async () => (await pay(index, 0)).status === 201);
      const [one, two] = [await pay(index, 0), await pay(index, 1)];
      expect([one.headers['idempotency-replayed'], two.text]).toEqual(['true', one.text]);
    }
    const made = replies.filter(({ status, headers }) => status === 201 && !headers['idempotency-replayed']);
    expect(made.length).toBeLessThanOrEqual(50);
    expect(await paymentsOf(tenant)).toHaveLength(50);
    expect(gateway.charged).toHaveLength(50);
    expect(new Set(gateway.charged).size).toBe(50);
  });

  it('repeats the first outcome to the letter, with its headers', async () => {
    const send = first.as(await aTenant(database));
    const payload = anOrder({ metadata: { b: '1', a: '2' } });
    const one = await send({ method: 'POST', url: '/v1/payments', payload, key: 'k' });
    const turned = Object.fromEntries(Object.entries(payload).reverse());
    const two = await send({ method: 'POST', url: '/v1/payments', payload: turned, key: 'k' });
    expect(one.headers['idempotency-replayed']).toBeUndefined();
    expect(two.headers['idempotency-replayed']).toBe('true');
    expect(two.headers['location']).toBe(one.headers['location']);
    expect([two.status, two.text]).toEqual([201, one.text]);
  });

  it('is of one tenant and one route', async () => {
    const tenant = await aTenant(database);
    const send = first.as(tenant);
    const payload = anOrder();
    const one = await send({ method: 'POST', url: '/v1/payments', payload, key: 'k' });
    const neighbour = first.as(await aTenant(database));
    const foreign = await neighbour({ method: 'POST', url: '/v1/payments', payload, key: 'k' });
    expect([foreign.status, foreign.headers['idempotency-replayed']]).toEqual([201, undefined]);
    expect(foreign.body.id).not.toBe(one.body.id);
    const cancel = await send({ method: 'POST', url: `/v1/payments/${one.body.id}/cancel`, key: 'k' });
    expect(cancel.body.code).toBe('invalid-state');
  });

  it('with another body, or for another payment, is a 422', async () => {
    const send = first.as(await aTenant(database));
    const payload = anOrder();
    await send({ method: 'POST', url: '/v1/payments', payload, key: 'k' });
    const other = await send({
      method: 'POST',
      url: '/v1/payments',
      payload: { ...payload, amount: 1251 },
      key: 'k',
    });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
    gateway.truth = { kind: 'unknown' };
    const { body: a } = await send({ method: 'POST', url: '/v1/payments', payload: anOrder() });
    const { body: b } = await send({ method: 'POST', url: '/v1/payments', payload: anOrder() });
    await send({ method: 'POST', url: `/v1/payments/${a.id}/cancel`, key: 'c' });
    const cancelled = await send({ method: 'POST', url: `/v1/payments/${b.id}/cancel`, key: 'c' });
    expect([cancelled.status, cancelled.body.code]).toEqual([422, 'idempotency-key-reused']);
  });

  it('keeps a refusal that came of the work, and repeats it with the id of the first request', async () => {
    const send = first.as(await aTenant(database));
    const { body } = await send({ method: 'POST', url: '/v1/payments', payload: anOrder() });
    const payload = anOrder({ reference: body.reference });
    const one = await send({ method: 'POST', url: '/v1/payments', payload, key: 'taken' });
    const two = await send({ method: 'POST', url: '/v1/payments', payload, key: 'taken' });
    expect([one.status, one.body.code]).toEqual([409, 'reference-taken']);
    expect([two.status, two.text]).toEqual([409, one.text]);
    expect(two.headers['idempotency-replayed']).toBe('true');
  });

  it('does not keep a refusal that came before the work', async () => {
    const send = first.as(await aTenant(database));
    const wrong = await send({
      method: 'POST',
      url: '/v1/payments',
      payload: anOrder({ amount: 0 }),
      key: 'k',
    });
    expect(wrong.status).toBe(400);
    expect((await send({ method: 'POST', url: '/v1/payments', payload: anOrder(), key: 'k' })).status).toBe(
      201,
    );
    const absent = '/v1/payments/0123456789abcdef01234567/cancel';
    for (let time = 0; time < 2; time++) {
      const reply = await send({ method: 'POST', url: absent, key: 'absent' });
      expect([reply.status, reply.headers['idempotency-replayed']]).toEqual([404, undefined]);
    }
  });

  it.each(['', 'x'.repeat(256), 'ключ'])('%j is a 400', async (key) => {
    const send = first.as(await aTenant(database));
    const reply = await send({ method: 'POST', url: '/v1/payments', payload: anOrder(), key });
    expect([reply.status, reply.body.code]).toEqual([400, 'bad-request']);
  });

  it('in flight is a 409 that says when to come again; with another body still a 422', async () => {
    const send = first.as(await aTenant(database));
    gateway.fallSilent();
    const payload = anOrder();
    const one = send({ method: 'POST', url: '/v1/payments', payload, key: 'k' });
    await until(() => gateway.answer !== undefined);
    const two = await send({ method: 'POST', url: '/v1/payments', payload, key: 'k' });
    expect([two.status, two.body.code, two.headers['retry-after']]).toEqual([
      409,
      'idempotency-in-flight',
      '1',
    ]);
    const other = await send({ method: 'POST', url: '/v1/payments', payload: anOrder(), key: 'k' });
    expect(other.body.code).toBe('idempotency-key-reused');
    gateway.answer!({ kind: 'completed' });
    expect(await one).toMatchObject({ status: 201, body: { status: 'COMPLETED' } });
  });
});

describe('the monthly quota', () => {
  it('admits exactly its number of 100 parallel requests through two processes', async () => {
    const tenant = await aTenant(database, 'STARTER', 25);
    const ways = [first.as(tenant), second.as(tenant)];
    const replies = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        ways[index % 2]!({ method: 'POST', url: '/v1/payments', payload: anOrder() }),
      ),
    );
    expect(statuses(replies)).toEqual({ 201: 25, 429: 75 });
    expect(await paymentsOf(tenant)).toHaveLength(25);
    const refused = replies.find(({ status }) => status === 429)!;
    expect(refused.body.code).toBe('quota-exceeded');
    expect(Number(refused.headers['retry-after'])).toBe(refused.body.retryAfter);
    expect(refused.body.retryAfter).toBeGreaterThan(0);
    const events = await database.raw.collection('audit_events').find({ action: 'quota.refused' }).toArray();
    // Ten of each process; the rest of the minute is one event with a count, later.
    expect(events.filter(({ tenantId }) => String(tenantId) === tenant.id)).toHaveLength(20);
  });

  it('is not taken by what is refused or replayed, and its refusals are not kept for a key', async () => {
    const tenant = await aTenant(database, 'STARTER', 3);
    const send = first.as(tenant);
    const payload = anOrder();
    const pay = (body: unknown, key?: string) =>
      send({ method: 'POST', url: '/v1/payments', payload: body, key });
    expect((await pay(payload, 'k')).status).toBe(201);
    for (let time = 0; time < 3; time++) expect((await pay(payload, 'k')).status).toBe(201);
    expect((await pay(anOrder({ reference: payload['reference'] }))).status).toBe(409);
    expect((await pay(anOrder({ amount: -1 }))).status).toBe(400);
    expect((await pay(anOrder({ metadata: { simulate: 'decline' } }))).status).toBe(201);
    expect((await pay(anOrder())).status).toBe(201);
    const late = anOrder();
    expect((await pay(late, 'late')).status).toBe(429);
    await database.raw.collection('monthly_quotas').updateMany({ count: 3 }, { $set: { count: 2 } });
    expect((await pay(late, 'late')).status).toBe(201);
  });

  it('counts what was paid in the month before there was a limit', async () => {
    const tenant = await aTenant(database);
    for (let time = 0; time < 2; time++) {
      await first.as(tenant)({ method: 'POST', url: '/v1/payments', payload: anOrder() });
    }
    const send = first.as(withQuota(tenant, 3));
    expect((await send({ method: 'POST', url: '/v1/payments', payload: anOrder() })).status).toBe(201);
    expect((await send({ method: 'POST', url: '/v1/payments', payload: anOrder() })).status).toBe(429);
  });
});

describe('a process that dies between its two transactions', () => {
  const abandon = async (tenant: ResolvedTenant, payload: Record<string, unknown>, key?: string) => {
    gateway.fallSilent();
    const lost = first.as(tenant)({ method: 'POST', url: '/v1/payments', payload, key });
    await until(() => gateway.answer !== undefined);
    return lost;
  };

  it.each([
    [{ kind: 'completed' } as const, 'COMPLETED'],
    [{ kind: 'failed', failure: { code: 'card_declined', message: 'No.' } } as const, 'FAILED'],
    [{ kind: 'unknown' } as const, 'PENDING'],
  ])('leaves one payment, which another finishes: %j', async (truth, status) => {
    const tenant = await aTenant(database, 'STARTER');
    const payload = anOrder();
    gateway.fallSilent();
    const lost = first.as(tenant)({ method: 'POST', url: '/v1/payments', payload, key: 'k' });
    await until(() => gateway.answer !== undefined);
    const again = () => second.as(tenant)({ method: 'POST', url: '/v1/payments', payload, key: 'k' });
    expect((await again()).body.code).toBe('idempotency-in-flight');
    gateway.truth = truth;
    await recovering(second);
    const replay = await again();
    expect([replay.status, replay.headers['idempotency-replayed']]).toEqual([201, 'true']);
    expect(replay.body.status).toBe(status);
    expect(replay.headers['location']).toBe(`/v1/payments/${replay.body.id}`);
    expect(await inFlight()).toBe(0);
    // The dead one wakes up: it was only slow. Nothing changes any more where the truth is known.
    gateway.answer!({ kind: 'failed', failure: { code: 'late', message: 'Late.' } });
    await lost;
    const [payment, ...more] = await paymentsOf(tenant);
    expect(more).toEqual([]);
    expect(gateway.charged).toHaveLength(1);
    if (status !== 'PENDING') expect(payment!['status']).toBe(status);
    expect((await again()).text).toBe(replay.text);
  });

  it('leaves one that is charged now, if the gateway never got it; also without a key', async () => {
    const tenant = await aTenant(database);
    const lost = abandon(tenant, anOrder());
    await until(() => gateway.answer !== undefined);
    const give = gateway.answer!;
    gateway.truth = { kind: 'absent' };
    const recovered = recovering(second);
    await until(() => gateway.answer !== give);
    gateway.answer!({ kind: 'completed' });
    await recovered;
    expect((await paymentsOf(tenant)).map(({ status }) => status as string)).toEqual(['COMPLETED']);
    expect(new Set(gateway.charged).size).toBe(1);
    give({ kind: 'unknown' });
    await lost;
  });

  it('is not mistaken for one that works', async () => {
    const tenant = await aTenant(database);
    gateway.fallSilent();
    const slow = first.as(tenant)({ method: 'POST', url: '/v1/payments', payload: anOrder() });
    await until(() => gateway.answer !== undefined);
    await second.app.get(PaymentRecoveryService).recover(Date.now());
    expect((await paymentsOf(tenant))[0]!['status']).toBe('PENDING');
    gateway.answer!({ kind: 'completed' });
    expect((await slow).body.status).toBe('COMPLETED');
    expect(await inFlight()).toBe(0);
  });

  it('is recovered once by two that look at the same time', async () => {
    const tenant = await aTenant(database);
    const lost = abandon(tenant, anOrder());
    await until(() => gateway.answer !== undefined);
    const find = jest.spyOn(gateway, 'find');
    await Promise.all([recovering(first), recovering(second)]);
    expect(find).toHaveBeenCalledTimes(1);
    gateway.answer!({ kind: 'completed' });
    await lost;
  });
});

describe('a payment that is cancelled while it is at the gateway', () => {
  const atTheGateway = async (tenant: ResolvedTenant, key?: string) => {
    gateway.fallSilent();
    const making = first.as(tenant)({ method: 'POST', url: '/v1/payments', payload: anOrder(), key });
    await until(() => gateway.answer !== undefined);
    const [payment] = await paymentsOf(tenant);
    return { making, id: String(payment!._id) };
  };

  it('stays cancelled, and the charge is undone', async () => {
    const tenant = await aTenant(database);
    const { making, id } = await atTheGateway(tenant, 'k');
    const cancelled = await second.as(tenant)({ method: 'POST', url: `/v1/payments/${id}/cancel` });
    expect([cancelled.status, cancelled.body.status]).toEqual([200, 'CANCELLED']);
    expect(gateway.cancelled).toEqual([]);
    gateway.answer!({ kind: 'completed' });
    expect(await making).toMatchObject({ status: 201, body: { status: 'CANCELLED', amountCaptured: 0 } });
    expect(gateway.cancelled).toEqual([id]);
    expect(await inFlight()).toBe(0);
  });

  it('is undone by the recovery when the process at the gateway dies', async () => {
    const tenant = await aTenant(database);
    const { making, id } = await atTheGateway(tenant, 'k');
    await second.as(tenant)({ method: 'POST', url: `/v1/payments/${id}/cancel` });
    await recovering(second);
    expect(gateway.cancelled).toEqual([id]);
    expect(await inFlight()).toBe(0);
    gateway.answer!({ kind: 'completed' });
    await making;
  });

  it('ends up cancelled or completed, never both, however the two race', async () => {
    const tenant = await aTenant(database);
    for (let round = 0; round < 10; round++) {
      const making = first.as(tenant)({ method: 'POST', url: '/v1/payments', payload: anOrder() });
      await until(async () => (await paymentsOf(tenant)).length === round + 1);
      const found = (await paymentsOf(tenant)).at(-1)!;
      const id = String(found._id);
      const [made, cancelled] = await Promise.all([
        making,
        second.as(tenant)({ method: 'POST', url: `/v1/payments/${id}/cancel` }),
      ]);
      const { body } = await first.as(tenant)({ url: `/v1/payments/${id}` });
      expect(made.body.id).toBe(id);
      expect(body.status).toBe(cancelled.status === 200 ? 'CANCELLED' : 'COMPLETED');
      expect(gateway.cancelled.includes(id)).toBe(cancelled.status === 200);
    }
    expect(await inFlight()).toBe(0);
  });

  it('is undone again and again until the gateway confirms', async () => {
    const tenant = await aTenant(database);
    const { making, id } = await atTheGateway(tenant);
    gateway.answer!({ kind: 'unknown' });
    await making;
    const refusing = jest.spyOn(gateway, 'cancel').mockRejectedValueOnce(new Error('connection reset'));
    const { status } = await second.as(tenant)({ method: 'POST', url: `/v1/payments/${id}/cancel` });
    expect([status, await inFlight(1)]).toEqual([200, 1]);
    await recovering(first);
    expect(refusing).toHaveBeenCalledTimes(2);
    expect(await inFlight()).toBe(0);
  });
});
