import { mongo, Types, type Model } from 'mongoose';
import { Bypass } from '../bypass/bypass';
import {
  aTenant,
  anInvoice,
  anIsolationWorld,
  type Invoice,
  type IsolationWorld,
} from '../../testing/isolation.fixture';
import { withinScope, type OperationScope } from '../operation-scope/operation-scope';
import { onViolation } from '../audit/violations';

/** The second net alone: the tests hold the Mongoose model, as no code of the platform can, and no probe listens. */
describe('tenantIsolationPlugin', () => {
  let world: IsolationWorld;
  let model: Model<Invoice>;
  let theirs: Types.ObjectId;
  const owner = aTenant();
  const other = aTenant();
  const own = new Types.ObjectId(owner.id);
  const bound: OperationScope = { kind: 'tenant', tenantId: own };
  const document = () => ({ ...anInvoice(), tenantId: own });

  beforeAll(async () => {
    world = await anIsolationWorld();
    model = world.model;
    const created = await world.as(other, () => world.invoices.create(anInvoice()));
    theirs = created._id;
    await world.as(owner, () => world.invoices.create(anInvoice()));
  });
  afterAll(() => world.close());

  const everything = () => world.raw.collection('invoices').find().sort({ _id: 1 }).toArray();
  const set = { $set: { status: 'PAID' } };

  /** Ways to reach documents through Mongoose, none of which names the tenant. */
  const unscoped: [string, () => unknown][] = [
    ['find', () => model.find()],
    ['find without middleware', () => model.find({}, null, { middleware: false } as never)],
    ['findOne', () => model.findOne({ _id: theirs })],
    ['findById', () => model.findById(theirs)],
    ['find by cursor', () => model.find().cursor().next()],
    ['find by async iterator', () => model.find()[Symbol.asyncIterator]().next()],
    [
      'findAndCount',
      () =>
        (model as unknown as { findAndCount(...args: unknown[]): unknown }).findAndCount({}, null, {
          sort: { _id: 1 },
          limit: 1,
        }),
    ],
    ['where', () => model.where('status', 'OPEN').exec()],
    ['exists', () => model.exists({ _id: theirs })],
    ['countDocuments', () => model.countDocuments()],
    ['estimatedDocumentCount', () => model.estimatedDocumentCount()],
    ['distinct', () => model.distinct('reference')],
    ['aggregate', () => model.aggregate([{ $match: {} }])],
    [
      'aggregate by cursor',
      () =>
        model
          .aggregate([{ $match: {} }])
          .cursor()
          .next(),
    ],
    ['aggregate without middleware', () => model.aggregate([{ $match: {} }], { middleware: false } as never)],
    ['explain', () => model.find().explain()],
    ['updateOne', () => model.updateOne({ _id: theirs }, set)],
    ['updateMany', () => model.updateMany({}, set)],
    ['replaceOne', () => model.replaceOne({ _id: theirs }, document() as never)],
    ['deleteOne', () => model.deleteOne({ _id: theirs })],
    ['deleteMany', () => model.deleteMany({})],
    ['findOneAndUpdate', () => model.findOneAndUpdate({ _id: theirs }, set)],
    ['findByIdAndUpdate', () => model.findByIdAndUpdate(theirs, set)],
    ['findOneAndReplace', () => model.findOneAndReplace({ _id: theirs }, document() as never)],
    ['findOneAndDelete', () => model.findOneAndDelete({ _id: theirs })],
    ['findByIdAndDelete', () => model.findByIdAndDelete(theirs)],
    ['bulkWrite', () => model.bulkWrite([{ updateOne: { filter: { _id: theirs }, update: set } }])],
    ['bulkWrite deleteMany', () => model.bulkWrite([{ deleteMany: { filter: {} } }])],
    [
      'document.save',
      () =>
        model
          .hydrate({ ...document(), _id: theirs } as never)
          .set('status', 'PAID')
          .save(),
    ],
    ['document.updateOne', () => model.hydrate({ ...document(), _id: theirs } as never).updateOne(set)],
    ['document.deleteOne', () => model.hydrate({ ...document(), _id: theirs } as never).deleteOne()],
    ['populate', () => model.populate({ parentId: theirs }, { path: 'parentId', model: model as never })],
    ['watch', () => model.watch().next()],
    ['Model.collection', () => model.collection.find({}).toArray()],
    [
      'the driver’s collection',
      () =>
        (
          model.collection as unknown as { collection: { find(f: object): { toArray(): unknown } } }
        ).collection
          .find({})
          .toArray(),
    ],
    ['the connection’s collection', () => world.connection.collection('invoices').findOne({ _id: theirs })],
    ['drop', () => world.connection.collection('invoices').drop()],
    ['rename', () => world.connection.collection('invoices').rename('elsewhere')],
    ['dropping indexes', () => world.connection.collection('invoices').dropIndexes()],
    ['unordered bulk', () => world.connection.collection('invoices').initializeUnorderedBulkOp()],
    [
      'another connection',
      () =>
        (model as unknown as { useConnection(c: unknown): Model<Invoice> })
          .useConnection(world.connection)
          .find(),
    ],
  ];

  it.each(unscoped)(
    '%s: is refused without a tenant, and with one that it does not name',
    async (_name, use) => {
      const before = await everything();
      const run = async () => await use();
      const refused = { code: 'cross-tenant-access', net: 'schema' };
      await expect(run()).rejects.toMatchObject(refused);
      await expect(withinScope(bound, run)).rejects.toMatchObject(refused);
      expect(await everything()).toEqual(before);
    },
  );

  const writing: [string, () => unknown][] = [
    ['an insert of another tenant', () => model.create(anInvoice({ tenantId: theirs } as never))],
    ['an insert of no tenant', () => model.collection.insertOne({ ...anInvoice() })],
    [
      'insertMany with one of another tenant',
      () => model.insertMany([document(), { ...document(), tenantId: theirs }]),
    ],
    [
      'insertOne',
      () =>
        (model as unknown as { insertOne(d: object): unknown }).insertOne({
          ...document(),
          tenantId: theirs,
        }),
    ],
    ['bulkSave', () => model.bulkSave([new model({ ...document(), tenantId: theirs })])],
    [
      'a pipeline',
      () =>
        model.updateMany({ tenantId: own }, [{ $set: { tenantId: theirs } }], {
          updatePipeline: true,
        } as never),
    ],
    [
      'overwriteImmutable',
      () => model.updateMany({ tenantId: own }, { $set: { tenantId: theirs } }, { overwriteImmutable: true }),
    ],
    [
      '$rename',
      () => model.updateMany({ tenantId: own }, { $rename: { parentId: 'tenantId' } }, { strict: false }),
    ],
    ['a filter of another tenant', () => model.find({ tenantId: new Types.ObjectId(other.id) })],
    ['two tenants in $or', () => model.find({ $or: [{ tenantId: own }, { status: 'OPEN' }] })],
    ['$in', () => model.find({ tenantId: { $in: [own] } })],
    [
      'a lookup',
      () =>
        model.aggregate([
          { $match: { tenantId: own } },
          { $lookup: { from: 'invoices', pipeline: [], as: 'x' } },
        ]),
    ],
    [
      'a plain lookup',
      () =>
        model.aggregate([
          { $match: { tenantId: own } },
          { $lookup: { from: 'invoices', localField: 'a', foreignField: 'a', as: 'x' } },
        ]),
    ],
    ['a union', () => model.aggregate([{ $match: { tenantId: own } }, { $unionWith: 'invoices' }])],
    [
      'a graph lookup in a facet',
      () =>
        model.aggregate([
          { $match: { tenantId: own } },
          {
            $facet: {
              x: [
                {
                  $graphLookup: {
                    from: 'invoices',
                    startWith: '$a',
                    connectFromField: 'a',
                    connectToField: 'a',
                    as: 'x',
                  },
                },
              ],
            },
          },
        ]),
    ],
    ['$out', () => model.aggregate([{ $match: { tenantId: own } }, { $out: 'elsewhere' }])],
    ['$merge', () => model.aggregate([{ $match: { tenantId: own } }, { $merge: { into: 'invoices' } }])],
  ];

  it.each(writing)('%s: is refused within the scope of a tenant', async (_name, use) => {
    const before = await everything();
    await expect(withinScope(bound, async () => await use())).rejects.toThrow();
    expect(await everything()).toEqual(before);
  });

  const bounded: [string, () => unknown][] = [
    ['find', () => model.find({ tenantId: own })],
    ['countDocuments', () => model.countDocuments({ tenantId: own })],
    ['distinct', () => model.distinct('reference', { tenantId: own })],
    ['aggregate', () => model.aggregate([{ $match: { tenantId: own } }])],
    ['save', () => new model(document()).save()],
    ['insertMany', () => model.insertMany([document()])],
    ['updateMany', () => model.updateMany({ tenantId: own }, set)],
    ['findOneAndUpdate', () => model.findOneAndUpdate({ tenantId: own }, set)],
    ['bulkWrite', () => model.bulkWrite([{ insertOne: { document: document() as never } }])],
  ];

  it.each(bounded)('%s: runs for the tenant that it names', async (_name, use) => {
    await expect(withinScope(bound, async () => await use())).resolves.toBeDefined();
  });

  const { prototype } = mongo.FindCursor;
  const driver = Object.getOwnPropertyDescriptor(prototype, '_initialize')!;
  const unguarded: [string, (cursor: object) => boolean][] = [
    ['writing', (cursor) => Reflect.set(cursor, '_initialize', driver.value)],
    ['deleting', (cursor) => Reflect.deleteProperty(cursor, '_initialize')],
    ['defining', (cursor) => Reflect.defineProperty(cursor, '_initialize', driver)],
    ['the driver’s own prototype', (cursor) => Reflect.setPrototypeOf(cursor, prototype)],
  ];

  /** What was judged is what is sent, though the driver sends it later. */
  const later: [string, () => unknown][] = [
    ['another filter', () => cursor().filter({}).toArray()],
    ['another filter behind its back', () => Object.assign(cursor(), { cursorFilter: {} }).toArray()],
    ['a clone', () => cursor().clone().filter({}).toArray()],
    ['another stage', () => pipeline().addStage({ $unionWith: 'invoices' }).toArray()],
    ['a stage that writes', () => pipeline().out('elsewhere').toArray()],
    [
      'a stage behind its back',
      () => {
        const changed = pipeline();
        changed.pipeline.push({ $unionWith: 'invoices' });
        return changed.toArray();
      },
    ],
    ['another filter, to be explained', () => Object.assign(cursor(), { cursorFilter: {} }).explain()],
    [
      'a filter that is another each time',
      () =>
        Object.defineProperty(cursor(), 'cursorFilter', { get: () => ({}), set: () => undefined }).toArray(),
    ],
    [
      'a filter that is the tenant’s only while it is judged',
      () => {
        const shown = [{ tenantId: own }];
        const get = () => shown.pop() ?? {};
        return Object.defineProperty(cursor(), 'cursorFilter', { get, set: () => undefined }).toArray();
      },
    ],
    ...unguarded.map(([how, take]): [string, () => unknown] => [
      `another filter, its guard taken off by ${how}`,
      () => {
        const bare = cursor();
        take(bare);
        return Object.assign(bare, { cursorFilter: {} }).toArray();
      },
    ]),
  ];
  const cursor = () => model.collection.find({ tenantId: own });
  const pipeline = () => model.collection.aggregate([{ $match: { tenantId: own } }]);

  it.each(later)('a cursor that has been given %s is refused', async (_name, use) => {
    const before = await everything();
    const reason = expect.stringMatching(/./) as string;
    await expect(withinScope(bound, async () => await use())).rejects.toMatchObject({
      net: 'schema',
      reason,
    });
    expect(await everything()).toEqual(before);
  });

  it('a cursor whose query is changed while it is being sent, sends what was judged', async () => {
    type Found = ReturnType<typeof cursor> & { cursorFilter: Record<string, unknown> };
    const { found, piped, reads } = withinScope(bound, () => {
      const cursors = { found: cursor() as Found, piped: pipeline() };
      return { ...cursors, reads: [cursors.found.next(), cursors.piped.next()] };
    });
    found.cursorFilter['tenantId'] = theirs;
    Object.assign(piped.pipeline[0]!, { $match: { tenantId: theirs } });
    for (const read of await Promise.all(reads)) expect(read).toMatchObject({ tenantId: own });
  });

  it('a cursor is read on where it was opened, and nowhere else', async () => {
    await withinScope(bound, () => model.insertMany([document(), document()]));
    const nobody: OperationScope = { kind: 'maintenance' };
    const neighbour: OperationScope = { kind: 'tenant', tenantId: new Types.ObjectId(other.id) };
    const refused: string[] = [];
    const silence = onViolation(({ operation }) => refused.push(operation));
    const openings: (() => Pick<mongo.FindCursor, 'next' | 'toArray' | 'explain'>)[] = [
      () => model.collection.find({ tenantId: own }, { batchSize: 1 }),
      () => model.collection.aggregate([{ $match: { tenantId: own } }], { batchSize: 1 }),
    ];
    const all = await world.raw.collection('invoices').countDocuments({ tenantId: own });
    for (const open of openings) {
      for (const scope of [neighbour, nobody]) {
        const opened = withinScope(bound, open);
        const first = await withinScope(bound, () => opened.next());
        expect(first).toMatchObject({ tenantId: own });
        await expect(withinScope(scope, () => opened.next())).rejects.toMatchObject({
          reason: 'the cursor is not one that the operation opened',
        });
      }
      const whole = withinScope(bound, open);
      expect(await withinScope(bound, () => whole.toArray())).toHaveLength(all);
      await expect(withinScope(bound, () => open().explain())).resolves.toBeDefined();
    }
    silence();
    expect(refused).toEqual(Array(4).fill('getMore'));
  });

  it('a filter, a pipeline, an update and a document stay as they were judged', async () => {
    const filter: Partial<Record<'tenantId', Types.ObjectId>> = { tenantId: own };
    const id = new Types.ObjectId(owner.id);
    const match = { $match: { ...filter } };
    const change: Record<string, object> = { $set: { status: 'OPEN' } };
    const fresh = { ...document(), _id: new Types.ObjectId() };
    const sent = withinScope(bound, () => ({
      found: model.collection.find(filter).toArray(),
      joined: model.collection.aggregate([match]).toArray(),
      changed: model.collection.updateMany(filter, change),
      inserted: model.collection.insertOne(fresh),
      named: model.collection.find({ tenantId: id }).toArray(),
    }));
    Object.assign(id, new Types.ObjectId(other.id));
    delete filter.tenantId;
    delete match.$match.tenantId;
    change['$set'] = { tenantId: theirs };
    fresh.tenantId = theirs;
    await Promise.all([sent.changed, sent.inserted]);
    expect(await sent.named).not.toEqual([]);
    for (const one of [...(await sent.found), ...(await sent.joined), ...(await sent.named)])
      expect(one['tenantId']).toEqual(own);
    expect(await world.raw.collection('invoices').countDocuments({ tenantId: theirs })).toBe(0);
    expect(await world.raw.collection('invoices').findOne({ _id: fresh._id })).toMatchObject({
      tenantId: own,
    });
  });

  it('lets a bypass aggregate, and nothing else, until it ends', async () => {
    const bypass = new Bypass('a test');
    const scope: OperationScope = { kind: 'cross-tenant', bypass };
    const all = await withinScope(scope, () => model.aggregate([{ $match: {} }]).exec());
    expect(new Set(all.map(({ tenantId }) => String(tenantId)))).toEqual(new Set([owner.id, other.id]));
    await expect(withinScope(scope, () => model.find().exec())).rejects.toMatchObject({ net: 'schema' });
    await expect(withinScope(scope, () => model.aggregate([{ $out: 'x' }]).exec())).rejects.toMatchObject({
      net: 'schema',
    });
    bypass.end();
    await expect(withinScope(scope, () => model.aggregate([{ $match: {} }]).exec())).rejects.toMatchObject({
      reason: 'the bypass has ended',
    });
  });

  it('reports what it refuses', async () => {
    const seen: unknown[] = [];
    const stop = onViolation((violation) => seen.push(violation));
    await model
      .find()
      .exec()
      .catch(() => undefined);
    stop();
    expect(seen).toMatchObject([
      { net: 'schema', collection: 'invoices', operation: 'find', tenantId: null },
    ]);
  });
});
