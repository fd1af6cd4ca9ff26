import { Types } from 'mongoose';
import { Bypass } from '../bypass/bypass';
import { aTenant, anInvoice, anIsolationWorld, type IsolationWorld } from '../../testing/isolation.fixture';
import { withinScope, type OperationScope } from '../operation-scope/operation-scope';
import { probeWire } from './wire-probe';

/** Ways to tenants' documents that name no tenant's collection where a command usually does. The probe is alone here. */
describe('probeWire: detours', () => {
  let world: IsolationWorld;
  let stop: () => void;
  const own = new Types.ObjectId(aTenant().id);
  const theirs = new Types.ObjectId();
  const bound: OperationScope = { kind: 'tenant', tenantId: own };

  beforeAll(async () => {
    world = await anIsolationWorld();
    stop = probeWire(world.connection);
    await world.raw.collection('rates').insertOne({ currency: 'EUR', rate: 1 });
    await world.raw.collection('invoices').insertOne({ ...anInvoice(), tenantId: theirs });
  });
  afterAll(async () => {
    stop();
    await world.close();
  });

  const db = () => world.connection.db!;
  const rates = () => db().collection('rates');
  const everything = () => world.raw.collection('invoices').find().sort({ _id: 1 }).toArray();
  const collections = async () =>
    (await world.raw.listCollections().toArray()).map(({ name }) => name).sort();

  const detours: [string, () => Promise<unknown>][] = [
    [
      '$merge by its short form',
      () =>
        rates()
          .aggregate([{ $merge: 'invoices' }])
          .toArray(),
    ],
    [
      '$out by its short form',
      () =>
        rates()
          .aggregate([{ $out: 'invoices' }])
          .toArray(),
    ],
    [
      '$out by its long form',
      () =>
        rates()
          .aggregate([{ $out: { db: db().databaseName, coll: 'invoices' } }])
          .toArray(),
    ],
    [
      '$out into a copy',
      () =>
        db()
          .collection('invoices')
          .aggregate([{ $match: { tenantId: own } }, { $out: 'copy' }])
          .toArray(),
    ],
    [
      'a lookup into a collection of another database',
      () =>
        rates()
          .aggregate([{ $lookup: { from: { db: 'x', coll: 'invoices' }, pipeline: [], as: 'x' } }])
          .toArray(),
    ],
    [
      'a lookup into what no schema describes',
      () =>
        rates()
          .aggregate([{ $lookup: { from: 'copy', pipeline: [], as: 'x' } }])
          .toArray(),
    ],
    ['a collection that no schema describes', () => db().collection('copy').find({}).toArray()],
    ['the oplog', () => world.connection.getClient().db('local').collection('oplog.rs').find({}).toArray()],
    ['the profiler', () => db().collection('system.profile').find({}).toArray()],
    ['dropping the database', () => db().dropDatabase()],
    ['Mongoose dropping the database', () => world.connection.dropDatabase()],
    ['renaming away', () => db().renameCollection('invoices', 'elsewhere')],
    ['renaming over', () => db().renameCollection('rates', 'invoices', { dropTarget: true })],
    ['a view', () => db().createCollection('window', { viewOn: 'invoices', pipeline: [] })],
    [
      'a view through Mongoose',
      () => world.connection.createCollection('window', { viewOn: 'invoices', pipeline: [] }),
    ],
    [
      'a view in place of a collection',
      () => db().command({ collMod: 'rates', viewOn: 'invoices', pipeline: [] }),
    ],
    ['map and reduce', () => db().command({ mapReduce: 'rates', map: '', reduce: '', out: 'invoices' })],
    ['a change stream of the database', () => db().watch().next()],
    ['a change stream of the cluster', () => world.connection.getClient().watch().next()],
    [
      'an aggregate over the database',
      () =>
        db()
          .aggregate([{ $listLocalSessions: {} }])
          .toArray(),
    ],
    ['the operations in progress', () => db().admin().command({ currentOp: 1 })],
    [
      'a unique index over all tenants',
      () => db().collection('invoices').createIndex({ reference: 1 }, { unique: true }),
    ],
    [
      'a name in other letters',
      () => db().command({ findandmodify: 'invoices', query: { tenantId: own }, remove: true }),
    ],
    [
      'a command with the collection’s full name',
      () => db().command({ dataSize: `${db().databaseName}.invoices` }),
    ],
    [
      'a filter that serialises to another',
      () =>
        db()
          .collection('invoices')
          .find({ tenantId: own, toBSON: () => ({}) } as never)
          .toArray(),
    ],
    [
      'a document that serialises to another',
      () =>
        db()
          .collection('invoices')
          .insertOne({ ...anInvoice(), tenantId: own, toBSON: () => ({ tenantId: theirs }) } as never),
    ],
    [
      'a filter whose tenant is asked for twice',
      () => {
        let asked = 0;
        const filter = {
          get tenantId() {
            return asked++ === 0 ? own : theirs;
          },
        };
        return db().collection('invoices').find(filter).toArray();
      },
    ],
  ];

  it.each(detours)('%s: does not leave, neither without a tenant nor with one', async (_name, use) => {
    const before = [await everything(), await collections()];
    const refused = { code: 'cross-tenant-access', net: 'wire' };
    await expect(use()).rejects.toMatchObject(refused);
    await expect(withinScope(bound, use)).rejects.toMatchObject(refused);
    expect([await everything(), await collections()]).toEqual(before);
  });

  it('a bypass reads, but writes nowhere', async () => {
    const scope: OperationScope = { kind: 'cross-tenant', bypass: new Bypass('a test') };
    for (const pipeline of [[{ $out: 'copy' }], [{ $merge: { into: 'invoices' } }]]) {
      for (const collection of ['invoices', 'rates']) {
        const use = () => withinScope(scope, () => db().collection(collection).aggregate(pipeline).toArray());
        await expect(use()).rejects.toMatchObject({ net: 'wire' });
      }
    }
    const joined = () =>
      rates()
        .aggregate([{ $lookup: { from: 'invoices', pipeline: [], as: 'all' } }])
        .toArray();
    expect((await withinScope(scope, joined))[0]?.['all']).toHaveLength(1);
  });
});
