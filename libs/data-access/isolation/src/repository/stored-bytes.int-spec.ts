import fc from 'fast-check';
import { MongoServerError } from 'mongodb';
import { mongo, Types } from 'mongoose';
import { aTenant, anInvoice, anIsolationWorld, type IsolationWorld } from '../../testing/isolation.fixture';
import { StoredBytes } from './stored-bytes';
import { createTenantSchema } from '../schema/tenant-schema';
import { BaseTenantDocument } from '../document/base-tenant.document';

class Passing extends BaseTenantDocument {}

describe('Bytes stored for a tenant', () => {
  let world: IsolationWorld;
  const tenant = aTenant();
  beforeAll(async () => (world = await anIsolationWorld()));
  afterAll(() => world.close());
  beforeEach(() => (from = counted()));

  let from = 0;
  const counted = () => world?.storage.of(tenant.id) ?? 0;
  /** What was counted since the test began. */
  const gained = () => counted() - from;
  const as = <R>(work: () => Promise<R>): Promise<R> => world.as(tenant, work);
  const given = () => as(() => world.invoices.create(anInvoice()));

  /** What MongoDB gives back of the tenant's documents, byte by byte. */
  const present = async (filter: object = {}): Promise<number> => {
    const found = world
      .rawOf(tenant)
      .collection('invoices')
      .find({ tenantId: new Types.ObjectId(tenant.id), ...filter }, { raw: true });
    let bytes = 0;
    for await (const document of found) bytes += (document as unknown as Uint8Array).byteLength;
    return bytes;
  };

  const text = fc.string({ unit: 'grapheme', maxLength: 40 });
  const anyInvoice = fc
    .record({ amount: fc.bigInt({ min: 0n, max: 2n ** 60n }), note: text, linked: fc.boolean() })
    .map(({ amount, note, linked }) =>
      anInvoice({ amount, metadata: { note }, parentId: linked ? new Types.ObjectId() : null }),
    );

  it('are those that MongoDB holds, whatever is created, changed, deleted and restored', async () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('create' as const),
        invoices: fc.array(anyInvoice, { minLength: 1, maxLength: 1 }),
      }),
      fc.record({
        kind: fc.constantFrom('createMany' as const, 'bulkWrite' as const),
        invoices: fc.array(anyInvoice, { minLength: 1, maxLength: 4 }),
      }),
      fc.record({ kind: fc.constantFrom('update' as const, 'delete' as const), note: text }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
        const before = (await present()) - counted();
        for (const { kind, ...given } of steps) {
          await as(async () => {
            if ('invoices' in given) {
              if (kind === 'create') await world.invoices.create(given.invoices[0]!);
              else if (kind === 'createMany') await world.invoices.createMany(given.invoices);
              else
                await world.invoices.bulkWrite(
                  given.invoices.map((document) => ({ insertOne: { document } })),
                );
              return;
            }
            const old = await world.invoices.findOne({});
            if (old === null) return;
            const _id = old._id;
            if (kind === 'update') {
              const change = { $set: { metadata: { note: given.note }, amount: 3n } };
              await world.invoices.updateOne({ _id }, change, { before: old });
            } else {
              await world.invoices.delete({ _id }, null);
              await world.invoices.restore({ _id });
            }
          });
        }
        expect((await present()) - counted()).toBe(before);
      }),
      { numRuns: 15 },
    );
  });

  it('are counted with an upsert as for any new document, and as a change where there was one', async () => {
    const { reference, ...rest } = anInvoice();
    const upsert = (metadata: Record<string, string>, before?: Awaited<ReturnType<typeof given>>) =>
      as(() =>
        world.invoices.updateOne(
          { reference },
          { $set: { ...rest, metadata } },
          before === undefined ? { upsert: true } : { upsert: true, before },
        ),
      );
    const first = await upsert({ note: 'short' });
    expect(gained()).toBe(await present({ reference }));
    expect(gained()).toBeGreaterThan(100);
    await upsert({ note: 'rather longer' }, first!);
    expect(gained()).toBe(await present({ reference }));
  });

  it('shrink when a document does', async () => {
    const old = await as(() => world.invoices.create(anInvoice({ metadata: { note: 'x'.repeat(500) } })));
    await as(() => world.invoices.updateOne({ _id: old._id }, { $set: { metadata: {} } }, { before: old }));
    expect(gained()).toBe(await present({ _id: old._id }));
    expect(gained()).toBeLessThan(500);
  });

  it('stay when a document is soft-deleted: it is still there', async () => {
    const { _id } = await given();
    const size = gained();
    await as(() => world.invoices.delete({ _id }, 'a'.repeat(24)));
    await as(() => world.invoices.restore({ _id }));
    expect(gained()).toBe(size);
  });

  it('are those of the documents before the one that is refused', async () => {
    const there = await given();
    from = counted();
    const [one, two, three] = [anInvoice(), anInvoice({ reference: there.reference }), anInvoice()];
    const ids = [one, three].map(({ reference }) => reference);
    await expect(as(() => world.invoices.createMany([one, two, three]))).rejects.toThrow(/E11000|duplicate/i);
    expect(gained()).toBe(await present({ reference: { $in: ids } }));
    expect(gained()).toBeGreaterThan(0);
    const more = [anInvoice(), two, anInvoice()];
    from = counted();
    await expect(
      as(() => world.invoices.bulkWrite(more.map((document) => ({ insertOne: { document } })))),
    ).rejects.toThrow(/E11000|duplicate/i);
    expect(gained()).toBe(await present({ reference: { $in: [more[0]!.reference, more[2]!.reference] } }));
    expect(gained()).toBeGreaterThan(0);
  });

  describe('in a transaction', () => {
    const inTransaction = <R>(work: () => Promise<R>) => as(() => world.transactions.run(work));

    it('are counted when it is committed, and not before', async () => {
      let inside = -1;
      const { _id } = await inTransaction(async () => {
        const created = await world.invoices.create(anInvoice());
        inside = gained();
        return created;
      });
      expect(inside).toBe(0);
      expect(gained()).toBe(await present({ _id }));
    });

    it('are none when it is undone', async () => {
      await expect(
        inTransaction(async () => {
          await world.invoices.create(anInvoice());
          throw new Error('no, after all');
        }),
      ).rejects.toThrow('no, after all');
      expect(gained()).toBe(0);
    });

    it('are counted once when the driver runs it again', async () => {
      let attempts = 0;
      const { _id } = await inTransaction(async () => {
        const created = await world.invoices.create(anInvoice());
        if (++attempts < 3) {
          const conflict = new MongoServerError({ message: 'write conflict', code: 112 });
          conflict.addErrorLabel(mongo.MongoErrorLabel.TransientTransactionError);
          throw conflict;
        }
        return created;
      });
      expect(attempts).toBe(3);
      expect(gained()).toBe(await present({ _id }));
    });
  });

  it('take no command of their own', async () => {
    const commands: string[] = [];
    world.connection.getClient().on('commandStarted', ({ commandName }) => commands.push(commandName));
    const old = await given();
    await as(() => world.invoices.updateOne({ _id: old._id }, { $set: { status: 'PAID' } }, { before: old }));
    expect(commands).toEqual(['insert', 'findAndModify']);
  });

  it('are none in a collection whose documents expire by themselves', () => {
    const add = jest.fn();
    const lasting = createTenantSchema(Passing);
    new StoredBytes({ add }, lasting).added(new Types.ObjectId(tenant.id), [{ a: 1 }]);
    expect(add).toHaveBeenCalledWith(tenant.id, 'storage_bytes', 12);
    const passing = createTenantSchema(Passing, { indexExceptions: { expiresAt: 'TTL' } });
    passing.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
    const bytes = new StoredBytes({ add }, passing);
    bytes.added(new Types.ObjectId(), [{ a: 1 }]);
    bytes.changed(new Types.ObjectId(), { a: 1 }, {});
    bytes.removed(new Types.ObjectId(), [{ a: 1 }]);
    expect(add).toHaveBeenCalledTimes(1);
  });

  it('go when documents do; what stays as long as it was is no news', () => {
    const add = jest.fn();
    const bytes = new StoredBytes({ add }, createTenantSchema(Passing));
    bytes.removed(new Types.ObjectId(tenant.id), [{ a: 1 }, {}]);
    bytes.changed(new Types.ObjectId(tenant.id), { a: 1 }, { a: 2 });
    expect(add.mock.calls).toEqual([[tenant.id, 'storage_bytes', -17]]);
  });

  it('aren’t even measured where nobody counts them', () => {
    const untouchable = {
      get a() {
        throw new Error('measured');
      },
    };
    const bytes = new StoredBytes(undefined, createTenantSchema(Passing));
    expect(() => bytes.added(new Types.ObjectId(), [untouchable])).not.toThrow();
    expect(() => bytes.changed(new Types.ObjectId(), {}, untouchable)).not.toThrow();
    const counted = new StoredBytes({ add: jest.fn() }, createTenantSchema(Passing));
    expect(() => counted.added(new Types.ObjectId(), [untouchable])).toThrow('measured');
  });
});
