import { ObjectId } from 'mongodb';
import { PaymentGateway, type Charge, type ChargeOutcome, type FoundOutcome } from '@financeops/gateways';
import type { ResolvedTenant } from '@financeops/tenancy/context';
import { aBulkApp, aLine, type BulkApp } from '../testing/bulk-app';
import { BulkProcessor } from './bulk-processor';

/** Remembers what it was told to pay, and answers as a line's metadata say. */
class RememberingGateway extends PaymentGateway {
  readonly name = 'remembering';
  readonly charges = new Map<string, number>();

  /** Done while the gateway is asked. */
  meanwhile: (paymentId: string) => Promise<unknown> = () => Promise.resolve();

  async charge({ paymentId, metadata }: Charge): Promise<ChargeOutcome> {
    await this.meanwhile(paymentId);
    this.charges.set(paymentId, (this.charges.get(paymentId) ?? 0) + 1);
    return outcomeOf(metadata['simulate']);
  }

  find({ paymentId, metadata }: Charge): Promise<FoundOutcome> {
    return Promise.resolve(
      this.charges.has(paymentId) ? outcomeOf(metadata['simulate']) : { kind: 'absent' },
    );
  }

  cancel(): Promise<void> {
    return Promise.resolve();
  }
}

const outcomeOf = (simulate: string | undefined): ChargeOutcome =>
  simulate === 'decline'
    ? { kind: 'failed', failure: { code: 'card_declined', message: 'The card was declined.' } }
    : simulate === 'timeout'
      ? { kind: 'unknown' }
      : { kind: 'completed' };

describe('Paying the lines of a file', () => {
  const gateway = new RememberingGateway();
  let bulk: BulkApp;
  let tenant: ResolvedTenant;
  beforeAll(async () => (bulk = await aBulkApp(gateway)));
  afterAll(() => bulk.close());
  beforeEach(async () => {
    tenant = await bulk.aTenant();
    gateway.charges.clear();
  });

  const turn = () => bulk.as(tenant, () => bulk.module.get(BulkProcessor).turn());
  const work = async (): Promise<void> => {
    while ((await turn()) !== null);
  };
  const many = (count: number) => Array.from({ length: count }, () => aLine());
  const ofTenant = (collection: string) =>
    bulk.raw.collection(collection).find({ tenantId: new ObjectId(tenant.id) });
  const batchOf = async () => (await ofTenant('bulk_payments').next())!;

  it('makes one payment of each, and ends', async () => {
    await bulk.send(tenant, many(7));
    await work();
    expect(await batchOf()).toMatchObject({ status: 'COMPLETED', completed: 7, failed: 0 });
    const payments = await ofTenant('payments').toArray();
    expect(payments).toHaveLength(7);
    expect(payments.every(({ status }) => status === 'COMPLETED')).toBe(true);
    expect(payments.every(({ amount, amountCaptured }) => Number(amount) === Number(amountCaptured))).toBe(
      true,
    );
    expect(await turn()).toBeNull();
  });

  it('tells apart what was paid, declined and left open', async () => {
    const told = (simulate: string) => aLine({ metadata: { simulate } });
    await bulk.send(tenant, [aLine(), told('decline'), told('timeout')]);
    await work();
    expect(await batchOf()).toMatchObject({
      status: 'PARTIALLY_COMPLETED',
      completed: 1,
      failed: 1,
      unresolved: 1,
    });
    const items = await ofTenant('bulk_payment_items').sort({ n: 1 }).toArray();
    expect(items.map(({ state }) => state as string)).toEqual(['COMPLETED', 'FAILED', 'UNRESOLVED']);
    expect(items[1]).toMatchObject({ error: { code: 'card_declined' } });
    const payments = await ofTenant('payments').sort({ reference: 1 }).toArray();
    expect(payments.map(({ status }) => status as string)).toEqual(['COMPLETED', 'FAILED', 'PENDING']);
  });

  it('never pays what is beyond the quota', async () => {
    tenant = await bulk.aTenant(2);
    await bulk.send(tenant, many(5), { mode: 'continue' });
    await work();
    expect(await batchOf()).toMatchObject({ status: 'PARTIALLY_COMPLETED', completed: 2, rejected: 3 });
    expect(await ofTenant('payments').toArray()).toHaveLength(2);
  });

  it('fails a line whose reference was taken in the meantime, and pays the others', async () => {
    await bulk.send(tenant, [
      aLine({ reference: 'one' }),
      aLine({ reference: 'two' }),
      aLine({ reference: 'three' }),
    ]);
    await bulk.raw
      .collection('payments')
      .insertOne({ tenantId: new ObjectId(tenant.id), reference: 'two', deletedAt: null });
    await work();
    expect(await batchOf()).toMatchObject({ status: 'PARTIALLY_COMPLETED', completed: 2, failed: 1 });
    expect(gateway.charges.size).toBe(2);
  });

  it('gives the place in the quota back of a line that fails for its reference, once', async () => {
    tenant = await bulk.aTenant(3);
    const placesTaken = async () => (await ofTenant('monthly_quotas').next())!['count'] as number;
    await bulk.send(tenant, [aLine({ reference: 'one' }), aLine({ reference: 'two' }), aLine()]);
    expect(await placesTaken()).toBe(3);
    await bulk.raw
      .collection('payments')
      .insertOne({ tenantId: new ObjectId(tenant.id), reference: 'two', deletedAt: null });
    await Promise.all([turn().catch(() => 0), turn().catch(() => 0)]);
    await work();
    expect(await batchOf()).toMatchObject({ completed: 2, failed: 1 });
    expect(await placesTaken()).toBe(2);
    await bulk.send(tenant, [aLine()]);
    await expect(bulk.send(tenant, [aLine()])).rejects.toMatchObject({ code: 'quota-exceeded' });
  });

  it('pays each line once when two processes are at it at once', async () => {
    await bulk.send(tenant, many(450));
    const racers = Array.from({ length: 4 }, async () => {
      for (let tries = 0; tries < 200; tries++) {
        const ended = await turn().catch(() => 0);
        if (ended === null) return;
      }
    });
    await Promise.all(racers);
    expect(await batchOf()).toMatchObject({ status: 'COMPLETED', completed: 450 });
    expect(await ofTenant('payments').toArray()).toHaveLength(450);
  });

  it('takes up lines that broke off with the gateway, and charges none twice', async () => {
    await bulk.send(tenant, many(5));
    const { _id } = await batchOf();
    await turn();
    // As a kill -9 before the second transaction leaves it.
    await bulk.raw
      .collection('bulk_payment_items')
      .updateMany({ bulkId: _id }, { $set: { state: 'PROCESSING' } });
    await bulk.raw
      .collection('payments')
      .updateMany({ tenantId: new ObjectId(tenant.id) }, { $set: { status: 'PENDING' } });
    await bulk.raw
      .collection('bulk_payments')
      .updateOne({ _id }, { $set: { status: 'PROCESSING', completed: 0 } });
    await work();
    expect(await batchOf()).toMatchObject({ status: 'COMPLETED', completed: 5 });
    expect([...gateway.charges.values()]).toEqual([1, 1, 1, 1, 1]);
  });

  it('counts a line as failed whose payment was cancelled while the gateway was asked', async () => {
    await bulk.send(tenant, many(3));
    let first = true;
    gateway.meanwhile = async (paymentId) => {
      if (!first) return;
      first = false;
      const _id = new ObjectId(paymentId);
      await bulk.raw.collection('payments').updateOne({ _id }, { $set: { status: 'CANCELLED' } });
    };
    await work();
    gateway.meanwhile = () => Promise.resolve();
    expect(await batchOf()).toMatchObject({ status: 'PARTIALLY_COMPLETED', completed: 2, failed: 1 });
    const failed = (await ofTenant('bulk_payment_items').toArray()).filter(({ state }) => state === 'FAILED');
    expect(failed).toMatchObject([{ error: { code: 'cancelled' } }]);
  });

  it('ends a file in the order in which they came', async () => {
    const first = await bulk.send(tenant, many(3));
    const second = await bulk.send(tenant, many(3));
    await turn();
    const states = await ofTenant('bulk_payments').toArray();
    const statusOf = (id: { toHexString(): string }) =>
      states.find((batch) => batch._id.toHexString() === id.toHexString())?.['status'] as string;
    expect(statusOf(first.batch._id)).toBe('COMPLETED');
    expect(statusOf(second.batch._id)).toBe('QUEUED');
  });
});
