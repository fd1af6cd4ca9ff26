import { Module } from '@nestjs/common';
import { Metrics } from '@financeops/core/observability';
import { PaymentGateway, type Charge, type ChargeOutcome, type FoundOutcome } from '@financeops/gateways';
import type { ResolvedTenant } from '@financeops/tenancy/context';
import { SettlementService } from '../payment/settlement.service';
import {
  chargesInFlight,
  aDatabase,
  anOrder,
  aPaymentsApp,
  aTenant,
  type PaymentsApp,
  type TestDatabase,
} from '../testing/payments-app';
import { PaymentOutcomeListener } from './payment-outcome-listener';
import { UnresolvedPaymentsJob } from './unresolved-payments.job';
import { UnresolvedPaymentsModule } from './unresolved-payments.module';

jest.setTimeout(60_000);

const HOUR = 3_600_000;

/** A gateway that never answers a first charge. Whether it got it, and what came of it, the test says. */
class ForgetfulGateway extends PaymentGateway {
  readonly name = 'forgetful';
  readonly looks: string[] = [];
  readonly charges = new Map<string, number>();
  readonly cancelled: string[] = [];
  truth: FoundOutcome = { kind: 'completed' };
  later: ChargeOutcome = { kind: 'completed' };
  /** Done while it is asked. */
  meanwhile: () => Promise<unknown> = () => Promise.resolve();

  charge({ paymentId }: Charge): Promise<ChargeOutcome> {
    const before = this.charges.get(paymentId) ?? 0;
    this.charges.set(paymentId, before + 1);
    return Promise.resolve(before === 0 ? { kind: 'unknown' } : this.later);
  }
  async find({ paymentId }: Charge): Promise<FoundOutcome> {
    this.looks.push(paymentId);
    await this.meanwhile();
    // What was sent a second time has arrived.
    return this.charges.get(paymentId) === 1 ? this.truth : this.later;
  }
  cancel({ paymentId }: Charge): Promise<void> {
    this.cancelled.push(paymentId);
    return Promise.resolve();
  }
}

const followed: string[] = [];
let followerFails = false;

class RecordingFollower extends PaymentOutcomeListener {
  resolved({ _id, status }: Parameters<PaymentOutcomeListener['resolved']>[0]): Promise<void> {
    if (followerFails) return Promise.reject(new Error('the follower broke'));
    followed.push(`${_id.toHexString()} ${status}`);
    return Promise.resolve();
  }
}

@Module({
  providers: [{ provide: PaymentOutcomeListener, useClass: RecordingFollower }],
  exports: [PaymentOutcomeListener],
})
class FollowerModule {}

describe('A payment that its gateway gave no answer to', () => {
  let database: TestDatabase;
  let gateway: ForgetfulGateway;
  /** Two processes on one database. */
  let first: PaymentsApp;
  let second: PaymentsApp;
  let tenant: ResolvedTenant;

  beforeAll(async () => (database = await aDatabase()));
  beforeEach(async () => {
    gateway = new ForgetfulGateway();
    const others = [UnresolvedPaymentsModule.forRoot([FollowerModule])];
    first = await aPaymentsApp(database, gateway, others);
    second = await aPaymentsApp(database, gateway, others);
    tenant = await aTenant(database);
    followed.length = 0;
    followerFails = false;
    await notes().deleteMany({});
  });
  afterEach(async () => {
    await first?.app.close();
    await second?.app.close();
  });
  afterAll(() => database?.drop());

  const notes = () => database.raw.collection('unresolved_payments');
  const pay = async (): Promise<string> => {
    const { status, body } = await first.as(tenant)({
      method: 'POST',
      url: '/v1/payments',
      payload: anOrder(),
    });
    expect([status, body.status]).toEqual([201, 'PENDING']);
    return body.id as string;
  };
  const get = async (id: string) => (await first.as(tenant)({ url: `/v1/payments/${id}` })).body;
  const look = (api: PaymentsApp, inMs: number) => api.app.get(UnresolvedPaymentsJob).look(Date.now() + inMs);

  it.each([
    [{ kind: 'completed' } as const, { status: 'COMPLETED', amountCaptured: 1250, failure: null }],
    [
      { kind: 'failed', failure: { code: 'card_declined', message: 'No.' } } as const,
      { status: 'FAILED', failure: { code: 'card_declined', message: 'No.' } },
    ],
  ])('is asked about, and gets %j', async (truth, outcome) => {
    const id = await pay();
    gateway.truth = truth;
    await look(second, 60_000);
    expect(await get(id)).toMatchObject(outcome);
    expect(followed).toEqual([`${id} ${outcome.status}`]);
    expect(gateway.charges.get(id)).toBe(1);
    expect(await notes().countDocuments()).toBe(0);
  });

  it('is left alone until it is due, and the longer the more often it was asked about', async () => {
    const id = await pay();
    gateway.truth = { kind: 'unknown' };
    await look(first, 0);
    expect(gateway.looks).toEqual([]);
    const pauses: number[] = [];
    for (let now = Date.now() + 60_000, time = 0; time < 4; time++) {
      await first.app.get(UnresolvedPaymentsJob).look(now);
      const next = (await notes().findOne({}))!['nextAt'] as Date;
      pauses.push(Math.floor((next.getTime() - now) / 60_000));
      now = next.getTime();
    }
    expect(pauses).toEqual([1, 2, 4, 8]);
    expect(gateway.looks).toEqual([id, id, id, id]);
    expect((await get(id)).status).toBe('PENDING');
    expect(followed).toEqual([]);
  });

  it('is sent again under its own key when the gateway never got it', async () => {
    const id = await pay();
    gateway.truth = { kind: 'absent' };
    await look(first, 60_000);
    expect((await get(id)).status).toBe('COMPLETED');
    expect([...gateway.charges]).toEqual([[id, 2]]);
  });

  it('is not sent again for a tenant that was switched off', async () => {
    const id = await pay();
    gateway.truth = { kind: 'absent' };
    const { modifiedCount } = await database.raw
      .collection('tenants')
      .updateOne({ slug: tenant.slug }, { $set: { isActive: false } });
    expect(modifiedCount).toBe(1);
    await look(second, 60_000);
    expect([gateway.looks, gateway.charges.get(id)]).toEqual([[id], 1]);
    expect((await get(id)).status).toBe('PENDING');
  });

  it('has failed when the gateway never got it and may have forgotten its key', async () => {
    const id = await pay();
    gateway.truth = { kind: 'absent' };
    jest.spyOn(gateway, 'cancel').mockRejectedValueOnce(new Error('connection reset'));
    await look(first, 25 * HOUR);
    // Not before the gateway has confirmed that it won't take it any more.
    expect((await get(id)).status).toBe('PENDING');
    await look(first, 30 * HOUR);
    expect(await get(id)).toMatchObject({ status: 'FAILED', failure: { code: 'not_received' } });
    expect([gateway.cancelled, gateway.charges.get(id)]).toEqual([[id], 1]);
  });

  it('is asked about once by two processes that look at the same time', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, pay));
    gateway.truth = { kind: 'absent' };
    await Promise.all([look(first, 60_000), look(second, 60_000)]);
    expect(gateway.looks.toSorted()).toEqual(ids.toSorted());
    expect([...gateway.charges.values()].every((times) => times === 2)).toBe(true);
    expect(followed.toSorted()).toEqual(ids.map((id) => `${id} COMPLETED`).toSorted());
  });

  it('is taken over from a process that died between the answer and its record, and not sent a third time', async () => {
    const id = await pay();
    gateway.truth = { kind: 'absent' };
    jest.spyOn(first.app.get(SettlementService), 'store').mockRejectedValueOnce(new Error('killed'));
    await look(first, 60_000);
    expect((await get(id)).status).toBe('PENDING');
    await look(second, 60_000);
    expect(gateway.looks).toEqual([id]);
    await look(second, 100_000);
    expect((await get(id)).status).toBe('COMPLETED');
    expect([gateway.charges.get(id), followed]).toEqual([2, [`${id} COMPLETED`]]);
  });

  it('is not written by a process that slept while another asked about it', async () => {
    const id = await pay();
    gateway.truth = { kind: 'unknown' };
    let wake = (): void => undefined;
    gateway.meanwhile = () => new Promise<void>((resolve) => (wake = resolve));
    const asleep = look(first, 60_000);
    while (gateway.looks.length === 0) await new Promise(setImmediate);
    gateway.meanwhile = () => Promise.resolve();
    await look(second, 120_000);
    const left = await notes().findOne({});
    // An answer that is older than the other's.
    gateway.truth = { kind: 'failed', failure: { code: 'late', message: 'Late.' } };
    wake();
    await asleep;
    expect((await get(id)).status).toBe('PENDING');
    expect(await notes().findOne({})).toEqual(left);
    expect(followed).toEqual([]);
  });

  it('keeps its record and those that follow it together', async () => {
    const id = await pay();
    followerFails = true;
    await look(first, 60_000);
    expect((await get(id)).status).toBe('PENDING');
    followerFails = false;
    await look(first, 120_000);
    expect((await get(id)).status).toBe('COMPLETED');
    expect(followed).toEqual([`${id} COMPLETED`]);
  });

  it('that was cancelled takes those that follow it along, and is undone if it was sent', async () => {
    const id = await pay();
    gateway.truth = { kind: 'absent' };
    gateway.meanwhile = () => second.as(tenant)({ method: 'POST', url: `/v1/payments/${id}/cancel` });
    await look(first, 60_000);
    gateway.meanwhile = () => Promise.resolve();
    await look(second, 120_000);
    expect(await get(id)).toMatchObject({ status: 'CANCELLED', amountCaptured: 0 });
    expect(followed).toEqual([`${id} CANCELLED`]);
    expect(gateway.cancelled).toContain(id);
    expect(await chargesInFlight(database)).toBe(0);
  });

  it('is counted, and called overdue after a day', async () => {
    await pay();
    await pay();
    gateway.truth = { kind: 'unknown' };
    const figures = async () =>
      (await first.app.get(Metrics).registry.metrics())
        .split('\n')
        .filter((line) => line.startsWith('payments_unresolved{'));
    expect(await figures()).toEqual([
      'payments_unresolved{overdue="false"} 2',
      'payments_unresolved{overdue="true"} 0',
    ]);
    await look(first, 25 * HOUR);
    expect(await figures()).toEqual([
      'payments_unresolved{overdue="false"} 0',
      'payments_unresolved{overdue="true"} 2',
    ]);
  });
});
