import { ObjectId } from 'mongodb';
import { PaymentGateway, type Charge, type ChargeOutcome, type FoundOutcome } from '@financeops/gateways';
import { UnresolvedPaymentsJob } from '@financeops/payments/feature';
import type { ResolvedTenant } from '@financeops/tenancy/context';
import { BulkReports } from '../report/bulk-reports.service';
import { aBulkApp, aLine, type BulkApp } from '../testing/bulk-app';
import { BulkProcessor } from './bulk-processor';

/** Gives no answer to a charge; what became of it, a line's metadata say. */
class SilentGateway extends PaymentGateway {
  readonly name = 'silent';
  readonly charged: string[] = [];

  charge({ paymentId }: Charge): Promise<ChargeOutcome> {
    this.charged.push(paymentId);
    return Promise.resolve({ kind: 'unknown' });
  }
  find({ metadata }: Charge): Promise<FoundOutcome> {
    return Promise.resolve(
      metadata['truth'] === 'no'
        ? { kind: 'failed', failure: { code: 'card_declined', message: 'The card was declined.' } }
        : metadata['truth'] === 'open'
          ? { kind: 'unknown' }
          : { kind: 'completed' },
    );
  }
  cancel(): Promise<void> {
    return Promise.resolve();
  }
}

describe('Lines of a file that the gateway gave no answer to', () => {
  const gateway = new SilentGateway();
  let bulk: BulkApp;
  /** Another process on the same database. */
  let other: BulkApp;
  let tenant: ResolvedTenant;
  beforeAll(async () => {
    bulk = await aBulkApp(gateway);
    other = await aBulkApp(gateway, bulk);
  });
  afterAll(async () => {
    await other?.close();
    await bulk?.close();
  });
  beforeEach(async () => {
    tenant = await bulk.aTenant();
    gateway.charged.length = 0;
  });

  const paid = async (lines: Parameters<BulkApp['send']>[1], messageId?: string): Promise<ObjectId> => {
    const { batch } = await bulk.send(tenant, lines, messageId === undefined ? {} : { messageId });
    while ((await bulk.as(tenant, () => bulk.module.get(BulkProcessor).turn())) !== null);
    return new ObjectId(batch._id.toHexString());
  };
  const ask = (app: BulkApp) =>
    app.module.get(UnresolvedPaymentsJob, { strict: false }).look(Date.now() + 60_000);
  const batch = (_id: ObjectId) => bulk.raw.collection('bulk_payments').findOne({ _id });
  const states = async (bulkId: ObjectId) => {
    const items = await bulk.raw.collection('bulk_payment_items').find({ bulkId }).sort({ n: 1 }).toArray();
    return items.map(({ state }) => state as string);
  };
  const told = (truth: string) => aLine({ metadata: { truth } });

  it('end with their payments, and so do the counts and the status of the file', async () => {
    const id = await paid([told('yes'), told('no'), told('open')]);
    const before = await batch(id);
    expect(before).toMatchObject({ status: 'PARTIALLY_COMPLETED', completed: 0, failed: 0, unresolved: 3 });
    await ask(bulk);
    expect(await states(id)).toEqual(['COMPLETED', 'FAILED', 'UNRESOLVED']);
    expect(await batch(id)).toMatchObject({
      status: 'PARTIALLY_COMPLETED',
      completed: 1,
      failed: 1,
      unresolved: 1,
    });
    const failed = await bulk.raw.collection('bulk_payment_items').findOne({ bulkId: id, state: 'FAILED' });
    expect(failed).toMatchObject({ error: { code: 'card_declined', reason: 'NARR' } });
  });

  it.each([
    ['yes', 'COMPLETED', 'ACSC'],
    ['no', 'FAILED', 'RJCT'],
  ])('that all say %s make the file %s, and its pain.002 %s', async (truth, status, iso) => {
    const id = await paid([told(truth), told(truth)], `all-${truth}`);
    const report = async () => {
      const { body } = await bulk.as(tenant, () =>
        bulk.module.get(BulkReports).create(id.toHexString(), ['xml']),
      );
      return (await body.toArray()).join('');
    };
    expect(await report()).toContain('<TxSts>PDNG</TxSts>');
    await ask(bulk);
    expect(await batch(id)).toMatchObject({ status });
    const text = await report();
    expect(text).toContain(`<GrpSts>${iso}</GrpSts>`);
    expect(text).not.toContain('PDNG');
  });

  it('are counted once when two processes ask at once, and charged once', async () => {
    const id = await paid(Array.from({ length: 60 }, (_, n) => told(n % 3 === 0 ? 'no' : 'yes')));
    await Promise.all([ask(bulk), ask(other)]);
    expect(await batch(id)).toMatchObject({
      status: 'PARTIALLY_COMPLETED',
      completed: 40,
      failed: 20,
      unresolved: 0,
    });
    expect(new Set(gateway.charged).size).toBe(60);
    expect(gateway.charged).toHaveLength(60);
  });

  it('fail when their payment is cancelled', async () => {
    const id = await paid([told('open'), told('yes')]);
    const open = await bulk.raw.collection('bulk_payment_items').findOne({ bulkId: id, n: 1 });
    await bulk.raw.collection('payments').updateOne({ _id: open!._id }, { $set: { status: 'CANCELLED' } });
    await ask(bulk);
    expect(await states(id)).toEqual(['FAILED', 'COMPLETED']);
    expect(await batch(id)).toMatchObject({ completed: 1, failed: 1, unresolved: 0 });
  });
});
