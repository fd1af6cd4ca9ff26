import type { CommandStartedEvent } from 'mongodb';
import mongoose, { Types } from 'mongoose';
import { NoTenantContextError, TenantContextService, type TenantContext } from '@financeops/tenancy/context';
import { Bypass, withBypass } from '../bypass/bypass';
import {
  aTenant,
  anInvoice,
  anIsolationWorld,
  Invoice,
  InvoiceRepository,
  type IsolationWorld,
} from '../../testing/isolation.fixture';
import { IsolationViolationError, UnsupportedQueryError } from '../audit/isolation.errors';
import type { TenantAwareRepository } from './tenant-aware.repository';
import { TenantIsolation } from './tenant-isolation';
import type { TenantFilter } from './tenant-types';
import { onViolation, type NetViolation } from '../audit/violations';

class ArchiveRepository extends InvoiceRepository {
  clear(filter: TenantFilter<Invoice>): Promise<number> {
    return this.purge(filter);
  }

  allTotals(): Promise<{ count: number }[]> {
    const pipeline = [{ $group: { _id: '$tenantId', count: { $sum: 1 } } }];
    return this.crossTenantAggregate(pipeline, { includeDeleted: true });
  }

  prepared(): { filter: object; document: object; pipeline: object[] } {
    return {
      filter: this.injectTenantFilter({ status: 'OPEN' }),
      document: this.injectTenantId(anInvoice({ reference: 'a' })),
      pipeline: this.protectAggregatePipeline([{ $limit: 1 }]),
    };
  }

  ownTotals(tenant: ReturnType<typeof aTenant>): Promise<{ count: number }[]> {
    return this.dedicatedAggregate(tenant, [{ $group: { _id: '$tenantId', count: { $sum: 1 } } }]);
  }
}

describe('Every method of TenantAwareRepository', () => {
  let world: IsolationWorld;
  let archive: ArchiveRepository;
  const contexts = new TenantContextService();
  const [tenant, foreign] = [aTenant(), aTenant()];
  const isolation = () => new TenantIsolation(contexts, world.audit, world.storage, world.connections);
  const as = <R>(work: () => R, more: Partial<TenantContext> = {}): R =>
    contexts.run({ tenant, resolvedVia: 'job', resolvedAt: 0, ...more }, work);
  const stored = (filter: object = {}) => world.rawOf(tenant).collection('invoices').countDocuments(filter);
  const drain = async <T>(stream: AsyncIterable<T>): Promise<T[]> => {
    const all: T[] = [];
    for await (const one of stream) all.push(one);
    return all;
  };

  beforeAll(async () => {
    world = await anIsolationWorld();
    archive = new ArchiveRepository(world.model, isolation());
    // So that the fixture knows that the tenant has a database.
    await world.as(tenant, () => world.invoices.count());
  });
  afterAll(() => world.close());
  beforeEach(() => as(() => archive.clear({})));

  /** Each method with what names the documents that it is about. */
  const methods: Record<string, (filter: TenantFilter<Invoice>) => Promise<unknown>> = {
    create: (filter) => archive.create({ ...anInvoice(), ...(filter as object) }),
    createMany: (filter) => archive.createMany([anInvoice(), { ...anInvoice(), ...(filter as object) }]),
    find: (filter) => archive.find({ filter }),
    findOne: (filter) => archive.findOne({ filter }),
    exists: (filter) => archive.exists({ filter }),
    count: (filter) => archive.count({ filter }),
    distinct: (filter) => archive.distinct('reference', { filter }),
    // Async, for a stream refuses before anything is awaited.
    stream: async (filter) => drain(archive.stream({ filter })),
    updateOne: (filter) => archive.updateOne(filter, { $set: { status: 'PAID' } }),
    updateMany: (filter) => archive.updateMany(filter, { $set: { status: 'PAID' } }),
    delete: (filter) => archive.delete(filter, null),
    restore: (filter) => archive.restore(filter),
    purge: (filter) => archive.clear(filter),
    bulkWrite: (filter) => archive.bulkWrite([{ deleteOne: { filter, deletedBy: null } }]),
    aggregate: (filter) => archive.aggregate([{ $match: filter as never }]),
  };

  it.each(Object.keys(methods))('%s: a violation is told by name, with who asked for what', async (name) => {
    const origin = {
      requestId: 'a-request',
      actor: { type: 'user' as const, id: 'b'.repeat(24), tenantId: tenant.id, role: 'ADMIN' as const },
    };
    const alarms: NetViolation[] = [];
    const stop = onViolation((violation) => alarms.push(violation));
    for (const [given, told] of [
      [origin, { actor: origin.actor, requestId: 'a-request' }],
      [undefined, { actor: null, requestId: null }],
    ] as const) {
      world.audit.violations.length = 0;
      alarms.length = 0;
      const filter = { tenantId: new Types.ObjectId(foreign.id) } as never;
      await expect(as(() => methods[name]!(filter), { origin: given as never })).rejects.toMatchObject({
        code: 'cross-tenant-access',
      });
      expect(world.audit.violations).toEqual([
        expect.objectContaining({ ...told, operation: name, tenantId: tenant.id, net: 'repository' }),
      ]);
      expect(alarms).toEqual([expect.objectContaining({ operation: name, net: 'repository' })]);
    }
    stop();
  });

  const inTransaction = <R>(work: () => Promise<R>) => as(() => world.transactions.run(work));

  it('sees in a transaction what the transaction has written', async () => {
    await inTransaction(async () => {
      const { _id, reference } = await archive.create(anInvoice());
      const filter = { reference };
      expect(await stored(filter)).toBe(0);
      expect(await archive.find({ filter })).toHaveLength(1);
      expect((await archive.findOne({ filter }))?._id).toEqual(_id);
      expect((await archive.findById(_id))?._id).toEqual(_id);
      expect(await archive.exists({ filter })).toBe(true);
      expect(await archive.count({ filter })).toBe(1);
      expect(await archive.distinct('reference', { filter })).toEqual([reference]);
      expect((await archive.paginate({ filter, limit: 5 })).items).toHaveLength(1);
      expect(await archive.aggregate([{ $match: filter }])).toHaveLength(1);
      expect(await drain(archive.stream({ filter }))).toHaveLength(1);
      expect(await archive.updateMany(filter, { $set: { status: 'PAID' } })).toEqual({
        matched: 1,
        modified: 1,
      });
      expect((await archive.updateOne(filter, { $set: { amount: 7n } }))?.amount).toBe(7n);
      expect(await archive.clear(filter)).toBe(1);
    });
  });

  const writes: [string, (reference: string) => Promise<unknown>][] = [
    ['create', () => archive.create(anInvoice())],
    ['createMany', () => archive.createMany([anInvoice(), anInvoice()])],
    ['updateOne', (reference) => archive.updateOne({ reference }, { $set: { status: 'PAID' } })],
    ['updateMany', (reference) => archive.updateMany({ reference }, { $set: { status: 'PAID' } })],
    ['delete', (reference) => archive.delete({ reference }, null)],
    ['purge', (reference) => archive.clear({ reference })],
    ['bulkWrite', () => archive.bulkWrite([{ insertOne: { document: anInvoice() } }])],
  ];

  it.each(writes)('%s: is undone with its transaction', async (_name, write) => {
    const { reference } = await as(() => archive.create(anInvoice()));
    const before = await world.everything();
    await expect(
      inTransaction(async () => {
        await write(reference);
        throw new Error('no, after all');
      }),
    ).rejects.toThrow('no, after all');
    expect(await world.everything()).toEqual(before);
  });

  describe('that reads several', () => {
    const amounts = (found: readonly Invoice[]) => found.map(({ amount }) => Number(amount));
    beforeEach(() =>
      as(() => archive.createMany([3, 1, 4, 2].map((amount) => anInvoice({ amount: BigInt(amount) })))),
    );

    it('sorts, passes over and stops as it is told', async () => {
      await as(async () => {
        const sort = { amount: 1 } as never;
        expect(amounts(await archive.find({ options: { sort } }))).toEqual([1, 2, 3, 4]);
        expect(amounts(await archive.find({ options: { sort, limit: 2 } }))).toEqual([1, 2]);
        expect(amounts(await archive.find({ options: { sort, skip: 3 } }))).toEqual([4]);
        expect(await archive.find()).toHaveLength(4);
        expect((await archive.findOne({ options: { sort: { amount: -1 } as never } }))?.amount).toBe(4n);
        expect((await archive.findOne({ options: { sort, skip: 1 } }))?.amount).toBe(2n);
        const first = await archive.updateOne({}, { $set: { status: 'PAID' } }, { sort });
        expect(first?.amount).toBe(1n);
      });
    });

    it('says that there is another page only when there is', async () => {
      await as(async () => {
        const whole = await archive.paginate({ limit: 4 });
        expect([whole.items.length, whole.next]).toEqual([4, null]);
        const some = await archive.paginate({ limit: 3 });
        expect(some.items).toHaveLength(3);
        expect(some.next).toEqual({
          createdAt: some.items[2]!.createdAt,
          id: some.items[2]!._id.toHexString(),
        });
        const { next: after } = some;
        expect((await archive.paginate({ limit: 3, after })).items).toHaveLength(1);
        expect(await archive.paginate({ limit: 3, filter: { amount: 9n } })).toEqual({
          items: [],
          next: null,
        });
      });
    });

    it('asks for no more than it needs', async () => {
      const commands: CommandStartedEvent['command'][] = [];
      const note = ({ command }: CommandStartedEvent) => commands.push(command);
      world.connection.getClient().on('commandStarted', note);
      await as(() => archive.exists({}));
      await as(() => archive.findOne({}));
      await as(() => archive.findOne({ projection: { amount: 1 } }));
      world.connection.getClient().off('commandStarted', note);
      expect(commands).toMatchObject([
        { find: 'invoices', projection: { _id: 1 } },
        { find: 'invoices', limit: 1 },
        { find: 'invoices', limit: 1, projection: { amount: 1 } },
      ]);
    });
  });

  it('closes a stream’s cursor when nobody reads on', async () => {
    await as(() => archive.createMany(Array.from({ length: 120 }, () => anInvoice())));
    const commands: string[] = [];
    const note = ({ commandName }: CommandStartedEvent) => commands.push(commandName);
    world.connection.getClient().on('commandStarted', note);
    for await (const one of as(() => archive.stream())) {
      expect(one).toBeInstanceOf(Invoice);
      break;
    }
    world.connection.getClient().off('commandStarted', note);
    expect(commands).toEqual(['find', 'killCursors']);
  });

  it('removes for good what is purged, however much it is and in whatever state, and nothing else', async () => {
    const [kept] = await as(() => archive.createMany(Array.from({ length: 2_300 }, () => anInvoice())));
    await as(() => archive.delete({ reference: { $ne: kept!.reference } }, null));
    const before = world.storage.of(tenant.id);
    expect(await as(() => archive.clear({ reference: { $ne: kept!.reference } }))).toBe(2_299);
    expect(await stored()).toBe(1);
    expect(before - world.storage.of(tenant.id)).toBeGreaterThan(2_299 * 100);
  });

  it('writes in bulk in order, up to the first that is refused, and says what it did', async () => {
    const [one, two] = [anInvoice(), anInvoice()];
    await as(async () => {
      const operations: Parameters<TenantAwareRepository<Invoice>['bulkWrite']>[0] = [
        { insertOne: { document: one } },
        { insertOne: { document: two } },
        { updateMany: { filter: { status: 'OPEN' }, update: { $set: { amount: 5n } } } },
        {
          updateOne: {
            filter: { reference: 'new' },
            update: { $set: { ...two, reference: 'new' } },
            upsert: true,
          },
        },
      ];
      expect(await archive.bulkWrite(operations)).toEqual({
        inserted: 2,
        matched: 2,
        modified: 2,
        upserted: 1,
      });
      const later = anInvoice();
      await expect(
        archive.bulkWrite([{ insertOne: { document: one } }, { insertOne: { document: later } }]),
      ).rejects.toThrow(/E11000|duplicate/i);
      expect(await stored({ reference: later.reference })).toBe(0);
      const invalid = anInvoice({ status: 'LOST' as never });
      await expect(
        archive.bulkWrite([{ insertOne: { document: later } }, { insertOne: { document: invalid } }]),
      ).rejects.toThrow(/LOST/);
      await expect(archive.bulkWrite([{ replaceOne: {} } as never])).rejects.toMatchObject({
        reason: 'a bulk operation that the repository does not offer',
      });
    });
  });

  it.each(['deleteOne', 'deleteMany'] as const)('soft-deletes in bulk by %s, once', async (kind) => {
    const [one, kept] = await as(() => archive.createMany([anInvoice(), anInvoice()]));
    const by = (deletedBy: string) =>
      as(() => archive.bulkWrite([{ [kind]: { filter: { _id: one!._id }, deletedBy } } as never]));
    expect(await by('somebody')).toMatchObject({ matched: 1, modified: 1 });
    expect(await by('another')).toMatchObject({ matched: 0, modified: 0 });
    const all = await as(() =>
      archive.find({ includeDeleted: true, options: { sort: { _id: 1 } as never } }),
    );
    expect(all.map(({ deletedAt, deletedBy }) => [deletedAt instanceof Date, deletedBy])).toEqual([
      [true, 'somebody'],
      [false, null],
    ]);
    expect(kept!.isDeleted()).toBe(false);
  });

  it('changes in bulk nothing that was deleted', async () => {
    const { _id } = await as(() => archive.create(anInvoice()));
    await as(() => archive.delete({ _id }, null));
    const update = { $set: { status: 'PAID' as const } };
    const done = await as(() =>
      archive.bulkWrite([
        { updateOne: { filter: { _id }, update } },
        { updateMany: { filter: { _id }, update } },
      ]),
    );
    expect(done).toMatchObject({ matched: 0, modified: 0 });
  });

  it('looks up what is shared where that lies beside its documents, and not from a database of its own', async () => {
    await as(() => archive.create(anInvoice()));
    const joined = as(() =>
      archive.aggregate([{ $lookup: { from: 'rates', pipeline: [{ $limit: 1 }], as: 'rates' } }]),
    );
    if (tenant.placement === 'shared') expect(await joined).toEqual([expect.objectContaining({ rates: [] })]);
    else await expect(joined).rejects.toThrow('$lookup reads "rates"');
  });

  it('checks what updateMany sets against the schema', async () => {
    await as(() => archive.create(anInvoice()));
    const update = { $set: { status: 'LOST' as never } };
    await expect(as(() => archive.updateMany({}, update))).rejects.toThrow(/LOST/);
  });

  it('refuses a connection that isn’t to the database of the tenant', async () => {
    const connection = await mongoose.createConnection(process.env['TEST_MONGODB_URI']!, {
      dbName: 'another',
    });
    await expect(
      as(() => archive.find(), { connection: await connection.asPromise() }),
    ).rejects.toMatchObject({
      reason: "the connection of the context isn't to the database of its tenant",
    });
    await connection.close();
    const own =
      tenant.placement === 'shared' ? world.connection : await world.connections.getConnection(tenant);
    expect(await as(() => archive.find(), { connection: own })).toEqual([]);
  });

  it('finds a deleted document only when it is asked for', async () => {
    const { _id } = await as(() => archive.create(anInvoice()));
    const deleted = await as(() => archive.delete({ _id }, 'somebody'));
    expect(deleted).toMatchObject({ deletedBy: 'somebody', deletedAt: expect.any(Date) as Date });
    expect(await as(() => archive.updateOne({ _id }, { $set: { status: 'PAID' } }))).toBeNull();
    expect(await as(() => archive.updateMany({ _id }, { $set: { status: 'PAID' } }))).toMatchObject({
      matched: 0,
    });
    expect(await as(() => archive.delete({ _id }, null))).toBeNull();
    expect(await as(() => archive.aggregate([{ $match: { _id } }]))).toEqual([]);
    expect(await as(() => archive.aggregate([{ $match: { _id } }], { includeDeleted: true }))).toHaveLength(
      1,
    );
    expect((await as(() => archive.restore({ _id })))?.deletedAt).toBeNull();
  });

  it('reads over all tenants of a place within a bypass, and not without', async () => {
    await as(() => archive.createMany([anInvoice(), anInvoice()]));
    const gone = await as(() => archive.create(anInvoice()));
    await as(() => archive.delete({ _id: gone._id }, null));
    const totals = async () => (tenant.placement === 'shared' ? archive.totals() : archive.ownTotals(tenant));
    await expect(totals()).rejects.toThrow();
    const bypass = new Bypass('a test');
    expect(await withBypass(bypass, totals)).toEqual([{ _id: new Types.ObjectId(tenant.id), count: 2 }]);
    if (tenant.placement === 'shared') {
      expect(await withBypass(bypass, () => archive.allTotals())).toMatchObject([{ count: 3 }]);
      await withBypass(bypass, () =>
        inTransaction(async () => {
          await archive.create(anInvoice());
          expect(await totals()).toMatchObject([{ count: 3 }]);
        }),
      );
    }
  });

  it('binds what a subclass prepares for itself, to the tenant of the moment', () => {
    const bound = { tenantId: new Types.ObjectId(tenant.id), deletedAt: null };
    expect(as(() => archive.prepared())).toEqual({
      filter: { ...bound, status: 'OPEN' },
      document: { ...anInvoice({ reference: 'a' }), tenantId: bound.tenantId },
      pipeline: [{ $match: bound }, { $limit: 1 }],
    });
    expect(() => archive.prepared()).toThrow(NoTenantContextError);
  });

  it('has violations audited, and what is merely not offered not', async () => {
    const stream = (filter: object) => () => archive.stream({ filter: filter as TenantFilter<Invoice> });
    world.audit.violations.splice(0);
    expect(() => as(stream({ $where: 'true' }))).toThrow(UnsupportedQueryError);
    expect(world.audit.violations).toEqual([]);
    expect(() => as(stream({ tenantId: foreign.id }))).toThrow(IsolationViolationError);
    expect(world.audit.violations).toMatchObject([
      { tenantId: tenant.id, operation: 'stream', net: 'repository' },
    ]);
    await as(() => archive.clear({}));
  });

  it('is not offered for a schema that isn’t a tenant’s, nor a tenant’s database without connections', async () => {
    const connection = mongoose.createConnection();
    const model = connection.model('Loose', new mongoose.Schema({ a: String }, { autoCreate: false }));
    expect(() => new ArchiveRepository(model as never, isolation())).toThrow(
      'The schema of Loose was not made by createTenantSchema.',
    );
    const alone = new ArchiveRepository(
      world.model,
      new TenantIsolation(contexts, world.audit, world.storage, undefined as never),
    );
    // Who has none of their own needs none. The suite runs with both kinds, so here is one of the shared.
    expect(await as(() => alone.find(), { tenant: aTenant(undefined, 'shared') })).toEqual([]);
    const dedicated = aTenant(undefined, 'dedicated');
    await expect(as(() => alone.find(), { tenant: dedicated })).rejects.toThrow(
      'needs the TenantConnectionManager',
    );
  });
});
