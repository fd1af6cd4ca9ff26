import { ObjectId } from 'mongodb';
import type { ResolvedTenant } from '@financeops/tenancy/context';
import { aBulkApp, aLine, type BulkApp } from '../testing/bulk-app';
import { BulkAcceptance } from './bulk-acceptance';
import { UploadSweeper } from './upload-sweeper';

const anError = { message: 'is no IBAN', line: 3, pointer: '/iban', reason: 'AC01' };

describe('Receiving a payment file', () => {
  let bulk: BulkApp;
  let tenant: ResolvedTenant;
  beforeAll(async () => (bulk = await aBulkApp()));
  afterAll(() => bulk.close());
  beforeEach(async () => (tenant = await bulk.aTenant()));

  const stored = async (of: ResolvedTenant = tenant) => {
    const tenantId = new ObjectId(of.id);
    const [batches, items, uploads] = await Promise.all([
      bulk.raw.collection('bulk_payments').countDocuments({ tenantId }),
      bulk.raw.collection('bulk_payment_items').countDocuments({ tenantId }),
      bulk.raw.collection('bulk_uploads').countDocuments({ tenantId: of.id }),
    ]);
    return { batches, items, uploads };
  };
  const codeOf = (sent: Promise<unknown>): Promise<string> =>
    sent.then(
      () => 'accepted',
      (error: { code?: string }) => error.code ?? String(error),
    );

  it('stores all lines before accepting the file, and queues them', async () => {
    const { batch, replayed } = await bulk.send(tenant, [aLine(), aLine({ amount: 7n }), aLine(), aLine()]);
    expect(replayed).toBe(false);
    expect(batch).toMatchObject({
      status: 'QUEUED',
      total: 4,
      rejected: 0,
      granted: 4,
      totals: [{ currency: 'EUR', amount: '3757' }],
      completedAt: null,
    });
    expect(await stored()).toEqual({ batches: 1, items: 4, uploads: 0 });
  });

  it('stores nothing of a file with an error', async () => {
    const lines = [aLine(), aLine(), aLine(), aLine(), aLine({ errors: [anError] }), aLine()];
    await expect(bulk.send(tenant, lines)).rejects.toMatchObject({
      code: 'validation-failed',
      errorCount: 1,
      errors: [{ message: 'is no IBAN', line: 3, pointer: '/iban' }],
    });
    expect(await stored()).toEqual({ batches: 0, items: 0, uploads: 0 });
  });

  it('skips invalid lines in mode continue', async () => {
    const { batch } = await bulk.send(tenant, [aLine({ errors: [anError] }), aLine()], { mode: 'continue' });
    expect(batch).toMatchObject({ status: 'QUEUED', total: 2, rejected: 1, granted: 1 });
  });

  it('completes a file of only invalid lines at once', async () => {
    const { batch } = await bulk.send(tenant, [aLine({ errors: [anError] })], { mode: 'continue' });
    expect(batch).toMatchObject({ status: 'FAILED', total: 1, rejected: 1 });
    expect(batch.completedAt).not.toBeNull();
  });

  it('creates one bulk payment for the same bytes, sent 20 times in parallel', async () => {
    const sent = await Promise.all(
      Array.from({ length: 20 }, () => bulk.send(tenant, [aLine(), aLine()], { bytes: 'the same' })),
    );
    expect(new Set(sent.map(({ batch }) => batch._id.toHexString())).size).toBe(1);
    expect(sent.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await stored()).toEqual({ batches: 1, items: 2, uploads: 0 });
  });

  it.each([
    ['with a MsgId', { messageId: 'M9' }],
    ['with an Idempotency-Key', { idempotencyKey: 'key-9' }],
    ['with both', { messageId: 'M9', idempotencyKey: 'key-9' }],
  ])('replays the same bytes %s, whichever index notices them first', async (_, names) => {
    for (let round = 0; round < 8; round++) {
      const one = await bulk.aTenant();
      const sent = await Promise.all(
        Array.from({ length: 12 }, () => codeOf(bulk.send(one, [aLine()], { bytes: 'one file', ...names }))),
      );
      expect(sent).toEqual(Array<string>(12).fill('accepted'));
      expect(await stored(one)).toEqual({ batches: 1, items: 1, uploads: 0 });
    }
  });

  it('replays the same bytes after they used up the quota', async () => {
    const limited = await bulk.aTenant(2);
    const sent = await Promise.all(
      Array.from({ length: 6 }, () => bulk.send(limited, [aLine(), aLine()], { bytes: 'the last two' })),
    );
    expect(sent.filter(({ replayed }) => !replayed)).toHaveLength(1);
  });

  it('accepts the same file from two tenants', async () => {
    const neighbour = await bulk.aTenant();
    const both = [tenant, neighbour].map((who) =>
      bulk.send(who, [aLine()], { bytes: 'one file', messageId: 'M1' }),
    );
    expect((await Promise.all(both)).map(({ replayed }) => replayed)).toEqual([false, false]);
  });

  it('refuses the same bytes with other options', async () => {
    await bulk.send(tenant, [aLine()], { bytes: 'again' });
    expect(await codeOf(bulk.send(tenant, [aLine()], { bytes: 'again', mode: 'continue' }))).toBe('conflict');
  });

  it('refuses other bytes with a known MsgId', async () => {
    await bulk.send(tenant, [aLine()], { messageId: 'M2' });
    expect(await codeOf(bulk.send(tenant, [aLine()], { messageId: 'M2' }))).toBe('conflict');
    expect(await stored()).toEqual({ batches: 1, items: 1, uploads: 0 });
  });

  it('reports the errors of a file before its known MsgId', async () => {
    await bulk.send(tenant, [aLine()], { messageId: 'M3' });
    const again = bulk.send(tenant, [aLine({ errors: [anError] })], { messageId: 'M3' });
    expect(await codeOf(again)).toBe('validation-failed');
  });

  it('accepts one of two parallel files with the same MsgId', async () => {
    const both = await Promise.all(
      [1, 2].map(() => codeOf(bulk.send(tenant, [aLine()], { messageId: 'M4' }))),
    );
    expect(both.toSorted()).toEqual(['accepted', 'conflict']);
  });

  it('refuses an idempotency key with another file', async () => {
    const key = { idempotencyKey: 'key-1' };
    await bulk.send(tenant, [aLine()], { bytes: 'keyed', ...key });
    expect((await bulk.send(tenant, [aLine()], { bytes: 'keyed', ...key })).replayed).toBe(true);
    expect(await codeOf(bulk.send(tenant, [aLine()], { bytes: 'other', ...key }))).toBe(
      'idempotency-key-reused',
    );
  });

  it('refuses a whole file beyond the quota, and uses none of it', async () => {
    const limited = await bulk.aTenant(3);
    const four = [aLine(), aLine(), aLine(), aLine()];
    expect(await codeOf(bulk.send(limited, four))).toBe('quota-exceeded');
    expect(await stored(limited)).toEqual({ batches: 0, items: 0, uploads: 0 });
    expect((await bulk.send(limited, four.slice(1))).batch).toMatchObject({ granted: 3 });
    expect(await codeOf(bulk.send(limited, [aLine()]))).toBe('quota-exceeded');
  });

  it('rejects only the lines beyond the quota in mode continue', async () => {
    const limited = await bulk.aTenant(3);
    const lines = [aLine(), aLine({ errors: [anError] }), aLine(), aLine(), aLine()];
    const { batch } = await bulk.send(limited, lines, { mode: 'continue' });
    expect(batch).toMatchObject({ total: 5, granted: 3, rejected: 2 });
  });

  it('gives the rest of a quota to one of several parallel files', async () => {
    const limited = await bulk.aTenant(5);
    const sent = await Promise.all(
      Array.from({ length: 6 }, () => codeOf(bulk.send(limited, [aLine(), aLine(), aLine()]))),
    );
    expect(sent.toSorted()).toEqual(['accepted', ...Array<string>(5).fill('quota-exceeded')]);
    const counter = await bulk.raw
      .collection('monthly_quotas')
      .findOne({ tenantId: new ObjectId(limited.id) });
    expect(counter?.['count']).toBe(3);
  });

  it('refuses a line with the reference of a payment', async () => {
    const first = await bulk.send(tenant, [aLine({ reference: 'inv-1' })]);
    await bulk.raw.collection('payments').insertOne({
      tenantId: new ObjectId(tenant.id),
      reference: 'inv-2',
      deletedAt: new Date(),
    });
    expect(first.replayed).toBe(false);
    await expect(bulk.send(tenant, [aLine({ reference: 'inv-2' })])).rejects.toMatchObject({
      errors: [expect.objectContaining({ pointer: '/reference' })],
    });
  });

  it('stops at the maximum size', async () => {
    expect(await codeOf(bulk.send(tenant, [aLine()], { bytes: 'x'.repeat(100_001) }))).toBe(
      'payload-too-large',
    );
  });

  it('keeps the lines of an accepted file when the reply to the commit was lost', async () => {
    const acceptance = bulk.module.get(BulkAcceptance);
    const accept = acceptance.accept.bind(acceptance);
    jest.spyOn(acceptance, 'accept').mockImplementationOnce(async (...args) => {
      await accept(...args);
      throw new Error('connection closed');
    });
    await expect(bulk.send(tenant, [aLine(), aLine()], { bytes: 'in doubt' })).rejects.toThrow('closed');
    expect(await stored()).toEqual({ batches: 1, items: 2, uploads: 0 });
    expect((await bulk.send(tenant, [aLine(), aLine()], { bytes: 'in doubt' })).replayed).toBe(true);
    expect(await stored()).toEqual({ batches: 1, items: 2, uploads: 0 });
  });

  it('leaves nothing of an upload that was removed while it continued', async () => {
    await bulk.send(tenant, [aLine()]);
    const acceptance = bulk.module.get(BulkAcceptance);
    jest.spyOn(acceptance, 'findReplayed').mockImplementationOnce(async () => {
      await bulk.raw.collection('bulk_uploads').deleteOne({ tenantId: tenant.id });
      return null;
    });
    expect(await codeOf(bulk.send(tenant, [aLine()]))).toBe('unavailable');
    expect(await stored()).toEqual({ batches: 1, items: 1, uploads: 0 });
  });

  it('removes uploads of a dead process', async () => {
    const tenantId = new ObjectId(tenant.id);
    const { batch } = await bulk.send(tenant, [aLine(), aLine()]);
    const dead = new ObjectId();
    const items = await bulk.raw.collection('bulk_payment_items').find({ bulkId: batch._id }).toArray();
    await bulk.raw
      .collection('bulk_payment_items')
      .insertMany(items.map((item) => ({ ...item, _id: new ObjectId(), bulkId: dead })));
    await bulk.raw
      .collection<{ _id: ObjectId }>('bulk_uploads')
      .insertOne({ _id: dead, tenantId: tenant.id, leaseUntil: new Date(), abandoned: false } as never);
    await bulk.module.get(UploadSweeper).sweep(Date.now() + 1);
    expect(await bulk.raw.collection('bulk_payment_items').countDocuments({ tenantId })).toBe(2);
    expect(await stored()).toEqual({ batches: 1, items: 2, uploads: 0 });
  });
});
