import { Types } from 'mongoose';
import type { PagePosition } from '@financeops/core/http';
import { duplicateKeyFields } from '@financeops/core/mongo';
import {
  aTenant,
  anInvoice,
  anIsolationWorld,
  Invoice,
  type IsolationWorld,
} from '../../testing/isolation.fixture';
import type { TenantPage } from './tenant-aware.repository';

describe('TenantAwareRepository', () => {
  let world: IsolationWorld;
  const owner = aTenant();
  const other = aTenant();
  beforeAll(async () => (world = await anIsolationWorld()));
  afterAll(() => world.close());

  const given = (fields: Parameters<typeof anInvoice>[0] = {}) =>
    world.as(owner, () => world.invoices.create(anInvoice(fields)));
  const stored = async (id: Types.ObjectId) =>
    (await world.everything()).find(({ _id }) => id.equals(_id as Types.ObjectId)) ?? null;
  const { as } = { as: <R>(tenant: typeof owner, work: () => R) => world.as(tenant, work) };

  it('creates for the tenant of the context, as an instance of the entity', async () => {
    const invoice = await given({ amount: 9_007_199_254_740_993n });
    expect(invoice).toBeInstanceOf(Invoice);
    expect(invoice.isDeleted()).toBe(false);
    expect(invoice.tenantId.toHexString()).toBe(owner.id);
    expect(invoice.amount).toBe(9_007_199_254_740_993n);
    expect(invoice.createdAt).toBeInstanceOf(Date);
  });

  it('reads 64-bit amounts exactly, small ones too', async () => {
    const large = await given({ amount: 9_007_199_254_740_993n });
    const small = await given({ amount: 5n });
    const found = await as(owner, () =>
      world.invoices.find({ filter: { _id: { $in: [large._id, small._id] } } }),
    );
    expect(found.map(({ amount }) => amount).sort()).toEqual([5n, 9_007_199_254_740_993n]);
  });

  it('throws outside of a tenant, telling what to do', async () => {
    await expect(world.invoices.find()).rejects.toThrow(/^No tenant context available/);
    expect(() => world.invoices.stream()).toThrow(/^No tenant context available/);
  });

  it('stays bound to the tenant in whose context it was called, wherever it is awaited', async () => {
    const invoice = await given();
    const asked = as(owner, () => world.invoices.findById(invoice._id));
    const stream = as(owner, () => world.invoices.stream({ filter: { _id: invoice._id } }));
    await as(other, async () => {
      expect(await asked).not.toBeNull();
      const seen = [];
      for await (const one of stream) seen.push(one.reference);
      expect(seen).toEqual([invoice.reference]);
    });
  });

  describe('reads', () => {
    const reads: [string, (id: Types.ObjectId) => Promise<boolean>][] = [
      ['find', async (_id) => (await world.invoices.find({ filter: { _id } })).length > 0],
      ['findOne', async (_id) => (await world.invoices.findOne({ filter: { _id } })) !== null],
      ['findById', async (_id) => (await world.invoices.findById(_id.toHexString())) !== null],
      ['exists', (_id) => world.invoices.exists({ filter: { _id } })],
      ['count', async (_id) => (await world.invoices.count({ filter: { _id } })) > 0],
      [
        'distinct',
        async (_id) => (await world.invoices.distinct('reference', { filter: { _id } })).length > 0,
      ],
      [
        'paginate',
        async (_id) => (await world.invoices.paginate({ filter: { _id }, limit: 5 })).items.length > 0,
      ],
      ['aggregate', async (_id) => (await world.invoices.aggregate([{ $match: { _id } }])).length > 0],
      [
        'stream',
        async (_id) => {
          for await (const found of world.invoices.stream({ filter: { _id } })) return found !== null;
          return false;
        },
      ],
      [
        'a $lookup into itself',
        async (_id) => {
          const found = await world.invoices.aggregate<{ joined: unknown[] }>([
            { $limit: 1 },
            { $addFields: { wanted: _id } },
            { $lookup: { from: 'invoices', localField: 'wanted', foreignField: '_id', as: 'joined' } },
          ]);
          return (found[0]?.joined.length ?? 0) > 0;
        },
      ],
      [
        'a $unionWith',
        async (_id) =>
          (
            await world.invoices.aggregate([
              { $match: { reference: 'nothing' } },
              { $unionWith: 'invoices' },
              { $match: { _id } },
            ])
          ).length > 0,
      ],
      [
        'a $graphLookup inside of a $facet',
        async (_id) => {
          const found = await world.invoices.aggregate<{ all: { joined: unknown[] }[] }>([
            { $limit: 1 },
            {
              $facet: {
                all: [
                  {
                    $graphLookup: {
                      from: 'invoices',
                      startWith: _id,
                      connectFromField: '_id',
                      connectToField: '_id',
                      as: 'joined',
                    },
                  },
                ],
              },
            },
          ]);
          return (found[0]?.all[0]?.joined.length ?? 0) > 0;
        },
      ],
    ];

    it.each(reads)('%s: its owner finds it, another tenant does not', async (_name, sees) => {
      const invoice = await given();
      await as(other, () => world.invoices.create(anInvoice()));
      expect(await as(owner, () => sees(invoice._id))).toBe(true);
      expect(await as(other, () => sees(invoice._id))).toBe(false);
    });

    it.each(reads)('%s: leaves out what was deleted', async (_name, sees) => {
      const invoice = await given();
      await given();
      await as(owner, () => world.invoices.delete({ _id: invoice._id }, 'someone'));
      expect(await as(owner, () => sees(invoice._id))).toBe(false);
    });

    it('finds what was deleted when asked to', async () => {
      const invoice = await given();
      await as(owner, () => world.invoices.delete({ _id: invoice._id }, 'someone'));
      const found = await as(owner, () => world.invoices.findById(invoice._id, { includeDeleted: true }));
      expect(found?.isDeleted()).toBe(true);
      expect(found?.deletedBy).toBe('someone');
    });

    it('takes an id that is none for an unknown one', async () => {
      expect(await as(owner, () => world.invoices.findById('not-an-id'))).toBeNull();
    });

    it('never takes undefined for "any"', async () => {
      await expect(
        as(owner, () => world.invoices.find({ filter: { reference: undefined } })),
      ).rejects.toThrow(/"reference" is undefined/);
    });

    it('refuses a field that the schema does not know', async () => {
      await expect(
        as(owner, () => world.invoices.find({ filter: { referenec: 'x' } as never })),
      ).rejects.toThrow(/referenec/);
    });
  });

  describe('pages', () => {
    it('walks through all of the tenant, newest first, each once', async () => {
      const tenant = aTenant();
      const at = new Date('2026-01-01T00:00:00Z');
      await as(tenant, () =>
        world.invoices.createMany(
          Array.from({ length: 7 }, (_, n) =>
            anInvoice({ createdAt: new Date(at.getTime() + Math.floor(n / 3)) }),
          ),
        ),
      );
      const seen: Invoice[] = [];
      let after: PagePosition | null = null;
      do {
        const page: TenantPage<Invoice> = await as(tenant, () =>
          world.invoices.paginate({ limit: 3, after }),
        );
        seen.push(...page.items);
        after = page.next;
      } while (after !== null);
      expect(new Set(seen.map(({ _id }) => _id.toString())).size).toBe(7);
      const order = seen.map(({ createdAt, _id }) => `${createdAt.getTime()}-${_id.toString()}`);
      expect(order).toEqual([...order].sort().reverse());
    });
  });

  describe('writes', () => {
    const writes: [string, (id: Types.ObjectId) => Promise<unknown>][] = [
      ['updateOne', (_id) => world.invoices.updateOne({ _id }, { $set: { status: 'PAID' } })],
      ['updateMany', (_id) => world.invoices.updateMany({ _id }, { $set: { status: 'PAID' } })],
      ['delete', (_id) => world.invoices.delete({ _id }, null)],
      [
        'bulkWrite updateOne',
        (_id) =>
          world.invoices.bulkWrite([
            { updateOne: { filter: { _id }, update: { $set: { status: 'PAID' } } } },
          ]),
      ],
      [
        'bulkWrite updateMany',
        (_id) =>
          world.invoices.bulkWrite([
            { updateMany: { filter: { _id }, update: { $set: { status: 'PAID' } } } },
          ]),
      ],
      [
        'bulkWrite deleteOne',
        (_id) => world.invoices.bulkWrite([{ deleteOne: { filter: { _id }, deletedBy: null } }]),
      ],
      [
        'bulkWrite deleteMany',
        (_id) => world.invoices.bulkWrite([{ deleteMany: { filter: { _id }, deletedBy: null } }]),
      ],
    ];

    it.each(writes)('%s: another tenant changes nothing, its owner does', async (_name, write) => {
      const invoice = await given();
      const before = await stored(invoice._id);
      await as(other, () => write(invoice._id));
      expect(await stored(invoice._id)).toEqual(before);
      await as(owner, () => write(invoice._id));
      expect(await stored(invoice._id)).not.toEqual(before);
    });

    it('restores for its owner, not for another tenant', async () => {
      const invoice = await given();
      await as(owner, () => world.invoices.delete({ _id: invoice._id }, 'someone'));
      expect(await as(other, () => world.invoices.restore({ _id: invoice._id }))).toBeNull();
      const restored = await as(owner, () => world.invoices.restore({ _id: invoice._id }));
      expect(restored?.isDeleted()).toBe(false);
      expect(await as(owner, () => world.invoices.restore({ _id: invoice._id }))).toBeNull();
    });

    it('returns the document after the change, or null when the condition does not hold', async () => {
      const invoice = await given();
      const paid = await as(owner, () =>
        world.invoices.updateOne({ _id: invoice._id, status: 'OPEN' }, { $set: { status: 'PAID' } }),
      );
      expect(paid?.isPaid()).toBe(true);
      expect(
        await as(owner, () =>
          world.invoices.updateOne({ _id: invoice._id, status: 'OPEN' }, { $set: { status: 'PAID' } }),
        ),
      ).toBeNull();
    });

    it('upserts into its own tenant', async () => {
      const reference = anInvoice().reference;
      const upsert = (tenant: typeof owner) =>
        as(tenant, () =>
          world.invoices.updateOne(
            { reference },
            { $setOnInsert: { status: 'OPEN' }, $inc: { amount: 5n } },
            { upsert: true },
          ),
        );
      expect((await upsert(owner))?.tenantId.toHexString()).toBe(owner.id);
      expect((await upsert(other))?.tenantId.toHexString()).toBe(other.id);
      expect((await upsert(owner))?.amount).toBe(10n);
    });

    it('lets two tenants use the same reference; a conflict is one of the own tenant', async () => {
      const { reference } = await given();
      await as(other, () => world.invoices.create(anInvoice({ reference })));
      const error: unknown = await given({ reference }).catch((caught: unknown) => caught);
      expect(duplicateKeyFields(error)).toEqual(['tenantId', 'reference']);
    });

    it('checks values against the schema', async () => {
      const invoice = await given();
      await expect(
        as(owner, () =>
          world.invoices.updateOne({ _id: invoice._id }, { $set: { status: 'LOST' as never } }),
        ),
      ).rejects.toThrow(/LOST/);
      await expect(given({ unknown: 1 } as never)).rejects.toThrow(/unknown/);
    });
  });

  describe('a foreign tenantId', () => {
    const foreign = new Types.ObjectId(other.id);
    const attempts: [string, () => Promise<unknown>][] = [
      ['in a filter', () => world.invoices.find({ filter: { tenantId: foreign } as never })],
      ['as hex in a filter', () => world.invoices.count({ filter: { tenantId: other.id } as never })],
      ['as null in a filter', () => world.invoices.exists({ filter: { tenantId: null } as never })],
      ['by an operator', () => world.invoices.find({ filter: { tenantId: { $ne: null } } as never })],
      [
        'inside of $or',
        () => world.invoices.find({ filter: { $or: [{ $and: [{ tenantId: foreign }] }] } as never }),
      ],
      ['by a dotted path', () => world.invoices.find({ filter: { 'tenantId.x': 1 } as never })],
      ['in a document', () => world.invoices.create(anInvoice({ tenantId: foreign } as never))],
      [
        'in one of several documents',
        () => world.invoices.createMany([anInvoice(), anInvoice({ tenantId: foreign } as never)]),
      ],
      ['by $set', () => world.invoices.updateOne({}, { $set: { tenantId: foreign } as never })],
      [
        'by $setOnInsert',
        () => world.invoices.updateOne({}, { $setOnInsert: { tenantId: foreign } as never }),
      ],
      ['by $unset', () => world.invoices.updateMany({}, { $unset: { tenantId: 1 } as never })],
      ['by $rename', () => world.invoices.updateMany({}, { $rename: { parentId: 'tenantId' } } as never)],
      ['by a replacement', () => world.invoices.updateOne({}, { tenantId: foreign } as never)],
      ['by a pipeline', () => world.invoices.updateMany({}, [{ $set: { tenantId: foreign } }] as never)],
      [
        'in a bulk write',
        () =>
          world.invoices.bulkWrite([{ updateOne: { filter: { tenantId: foreign } as never, update: {} } }]),
      ],
      [
        'by a replacement in a bulk write',
        () => world.invoices.bulkWrite([{ replaceOne: { filter: {}, replacement: {} } } as never]),
      ],
      [
        'in a $match',
        () => world.invoices.aggregate([{ $facet: { x: [{ $match: { tenantId: foreign } }] } }]),
      ],
    ];

    it.each(attempts)('%s is refused, audited and changes nothing', async (_name, attempt) => {
      await given();
      const before = await world.everything();
      world.audit.violations.length = 0;
      await expect(as(owner, attempt)).rejects.toMatchObject({
        code: 'cross-tenant-access',
        message: 'Cross-tenant data access denied',
      });
      expect(world.audit.violations).toMatchObject([
        { tenantId: owner.id, net: 'repository', collection: 'invoices' },
      ]);
      expect(await world.everything()).toEqual(before);
    });

    it('that is the own one is dropped', async () => {
      const own = new Types.ObjectId(owner.id);
      const invoice = await given({ tenantId: owner.id } as never);
      const filter = { _id: invoice._id, $or: [{ tenantId: own, status: 'OPEN' }] } as never;
      expect(await as(owner, () => world.invoices.count({ filter }))).toBe(1);
      const update = { $set: { tenantId: own, status: 'PAID' } } as never;
      expect((await as(owner, () => world.invoices.updateOne({ _id: invoice._id }, update)))?.isPaid()).toBe(
        true,
      );
    });

    it('says nothing when it is only a key of somebody’s metadata', async () => {
      const invoice = await given({ metadata: { tenantId: other.id } });
      const found = await as(owner, () =>
        world.invoices.find({ filter: { _id: invoice._id, 'metadata.tenantId': other.id } }),
      );
      expect(found).toHaveLength(1);
    });
  });

  it.each([
    { $where: 'true' },
    { $expr: { $function: {} } },
    { $jsonSchema: {} },
    { $text: { $search: 'x' } },
  ])('refuses the filter %j', async (filter) => {
    await expect(as(owner, () => world.invoices.find({ filter: filter as never }))).rejects.toThrow(
      /TenantAwareRepository/,
    );
  });

  it('compares fields of a document with $expr', async () => {
    const invoice = await given();
    const filter = { _id: invoice._id, $expr: { $eq: ['$status', 'OPEN'] } };
    expect(await as(owner, () => world.invoices.count({ filter }))).toBe(1);
  });
});
