import { Types } from 'mongoose';
import { Bypass } from '../bypass/bypass';
import { aTenant, anInvoice, anIsolationWorld, type IsolationWorld } from '../../testing/isolation.fixture';
import { withinScope, type OperationScope } from '../operation-scope/operation-scope';
import { probeWire } from './wire-probe';

/** The third net alone: the driver itself, past Mongoose and its guard, with the probe on the client. */
describe('probeWire', () => {
  let world: IsolationWorld;
  let stop: () => void;
  const owner = aTenant();
  const own = new Types.ObjectId(owner.id);
  const bound: OperationScope = { kind: 'tenant', tenantId: own };
  const theirs = new Types.ObjectId();
  const document = () => ({ ...anInvoice(), tenantId: own });

  beforeAll(async () => {
    world = await anIsolationWorld();
    stop = probeWire(world.connection);
    await world.raw.collection('invoices').insertOne({ ...anInvoice(), tenantId: theirs });
  });
  afterAll(async () => {
    stop();
    await world.close();
  });

  const db = () => world.connection.db!;
  const driver = () => db().collection('invoices');
  const everything = () => world.raw.collection('invoices').find().sort({ _id: 1 }).toArray();
  const set = { $set: { status: 'PAID' } };

  const leaks: [string, () => Promise<unknown>][] = [
    ['find', () => driver().find({}).toArray()],
    ['find of another', () => driver().find({ tenantId: theirs }).toArray()],
    ['findOne', () => driver().findOne({})],
    ['count', () => driver().countDocuments({})],
    ['estimated count', () => driver().estimatedDocumentCount()],
    ['distinct', () => driver().distinct('reference')],
    [
      'aggregate',
      () =>
        driver()
          .aggregate([{ $group: { _id: null } }])
          .toArray(),
    ],
    ['insertOne of another', () => driver().insertOne({ ...document(), tenantId: theirs })],
    ['insertMany of none', () => driver().insertMany([{ ...document() }, { reference: 'x' }])],
    ['updateMany', () => driver().updateMany({}, set)],
    ['replaceOne', () => driver().replaceOne({ tenantId: own }, document())],
    ['an update pipeline', () => driver().updateOne({ tenantId: own }, [{ $set: { tenantId: theirs } }])],
    ['deleteMany', () => driver().deleteMany({})],
    ['findOneAndUpdate', () => driver().findOneAndUpdate({}, set)],
    ['findOneAndDelete', () => driver().findOneAndDelete({})],
    ['bulkWrite', () => driver().bulkWrite([{ updateOne: { filter: {}, update: set } }])],
    [
      'the client’s bulkWrite',
      () =>
        world.connection
          .getClient()
          .bulkWrite([{ namespace: `${db().databaseName}.invoices`, name: 'deleteMany', filter: {} }]),
    ],
    [
      'a lookup from a shared collection',
      () =>
        db()
          .collection('rates')
          .aggregate([{ $lookup: { from: 'invoices', pipeline: [], as: 'x' } }])
          .toArray(),
    ],
    [
      'a union from a shared collection',
      () =>
        db()
          .collection('rates')
          .aggregate([{ $unionWith: 'invoices' }])
          .toArray(),
    ],
    [
      'a merge from a shared collection',
      () =>
        db()
          .collection('rates')
          .aggregate([{ $merge: { into: 'invoices' } }])
          .toArray(),
    ],
    ['explain', () => driver().find({}).explain()],
    ['drop', () => driver().drop()],
    ['a command', () => db().command({ find: 'invoices', filter: {} })],
    [
      'Mongoose’s own way to the database',
      () => world.model.db.db!.collection('invoices').find({}).toArray(),
    ],
  ];

  it.each(leaks)(
    '%s: does not leave without a tenant, nor with one that it does not carry',
    async (_name, use) => {
      const before = await everything();
      await expect(use()).rejects.toMatchObject({ code: 'cross-tenant-access', net: 'wire' });
      await expect(withinScope(bound, use)).rejects.toMatchObject({
        code: 'cross-tenant-access',
        net: 'wire',
      });
      expect(await everything()).toEqual(before);
    },
  );

  const good: [string, () => Promise<unknown>][] = [
    ['find', () => driver().find({ tenantId: own }).toArray()],
    ['count', () => driver().countDocuments({ tenantId: own })],
    ['insert', () => driver().insertMany([document(), document()])],
    ['update', () => driver().updateMany({ tenantId: own }, set)],
    ['findOneAndUpdate', () => driver().findOneAndUpdate({ tenantId: own }, set)],
    ['bulkWrite', () => driver().bulkWrite([{ updateOne: { filter: { tenantId: own }, update: set } }])],
    [
      'aggregate',
      () =>
        driver()
          .aggregate([{ $match: { tenantId: own } }])
          .toArray(),
    ],
    ['a batched cursor', () => driver().find({ tenantId: own }).batchSize(1).toArray()],
  ];

  it.each(good)('%s: leaves when it carries the tenant', async (_name, use) => {
    await expect(withinScope(bound, use)).resolves.toBeDefined();
  });

  it('lets a bypass aggregate until it ends', async () => {
    const bypass = new Bypass('a test');
    const read = () =>
      withinScope({ kind: 'cross-tenant', bypass }, () =>
        driver()
          .aggregate([{ $match: {} }])
          .toArray(),
      );
    await expect(read()).resolves.not.toHaveLength(0);
    bypass.end();
    await expect(read()).rejects.toMatchObject({ net: 'wire' });
  });

  it('lets shared collections and what is no collection pass', async () => {
    await db().collection('rates').insertOne({ currency: 'EUR', rate: 1 });
    await expect(db().collection('rates').find({}).toArray()).resolves.toHaveLength(1);
    await expect(db().command({ ping: 1 })).resolves.toMatchObject({ ok: 1 });
  });

  it('leaves the client as it was: refused commands hold no connection', async () => {
    for (let n = 0; n < 150; n += 1)
      await driver()
        .find({})
        .toArray()
        .catch(() => undefined);
    await expect(withinScope(bound, () => driver().countDocuments({ tenantId: own }))).resolves.toBeDefined();
  });

  it('sees every operation of the repository pass', async () => {
    await world.as(owner, async () => {
      const created = await world.invoices.create(anInvoice());
      await world.invoices.createMany([anInvoice(), anInvoice()]);
      for await (const one of world.invoices.stream()) expect(one.tenantId.equals(own)).toBe(true);
      await world.invoices.updateOne({ _id: created._id }, { $set: { status: 'PAID' } });
      await world.invoices.bulkWrite([{ deleteMany: { filter: { status: 'OPEN' }, deletedBy: null } }]);
      await world.invoices.aggregate([
        { $lookup: { from: 'invoices', localField: 'parentId', foreignField: '_id', as: 'parents' } },
      ]);
      expect(await world.invoices.count()).toBeGreaterThan(0);
    });
  });
});
