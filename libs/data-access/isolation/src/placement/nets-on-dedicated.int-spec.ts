import { Types, type Connection, type Model } from 'mongoose';
import { Bypass } from '../bypass/bypass';
import {
  aTenant,
  anInvoice,
  anIsolationWorld,
  type Invoice,
  type IsolationWorld,
} from '../../testing/isolation.fixture';
import { withinScope, type OperationScope } from '../operation-scope/operation-scope';
import { probeWire } from '../wire-probe/wire-probe';
import { modelOn } from './tenant-models';

/** The second and the third net, each alone, where tenants have databases of their own. */
describe("the nets behind the repository, on tenants' own databases", () => {
  let world: IsolationWorld;
  let stop: () => void;
  let onOwn: Connection;
  let onTheirs: Connection;
  const owner = aTenant(undefined, 'dedicated');
  const other = aTenant(undefined, 'dedicated');
  const neighbour = aTenant();
  const own = new Types.ObjectId(owner.id);
  const set = { $set: { status: 'PAID' } };
  const document = () => ({ ...anInvoice(), tenantId: own });

  beforeAll(async () => {
    world = await anIsolationWorld();
    onOwn = await world.connections.getConnection(owner);
    onTheirs = await world.connections.getConnection(other);
    for (const tenant of [owner, other, neighbour]) {
      await world.as(tenant, () => world.invoices.create(anInvoice()));
      // What should never have come to be: the owner's documents in places that aren't the owner's.
      await world.rawOf(tenant).collection('invoices').insertOne(document());
    }
    await world.raw.collection('rates').insertOne({ currency: 'EUR', rate: 1 });
    stop = probeWire(world.connection);
  });
  afterAll(async () => {
    stop();
    await world.close();
  });

  const bound = (database: string): OperationScope => ({ kind: 'tenant', tenantId: own, database });
  const toOwn = () => bound(onOwn.name);
  const places: [string, () => Connection][] = [
    ["another tenant's database", () => onTheirs],
    ['the shared database', () => world.connection],
  ];

  const throughMongoose: [string, (model: Model<Invoice>) => unknown][] = [
    ['find', (model) => model.find({ tenantId: own })],
    ['count', (model) => model.countDocuments({ tenantId: own })],
    ['aggregate', (model) => model.aggregate([{ $match: { tenantId: own } }])],
    ['insert', (model) => model.insertMany([document()])],
    ['update', (model) => model.updateMany({ tenantId: own }, set)],
    ['delete', (model) => model.deleteMany({ tenantId: own })],
  ];
  const throughDriver: [string, (connection: Connection) => Promise<unknown>][] = [
    ['find', ({ db }) => db!.collection('invoices').find({ tenantId: own }).toArray()],
    [
      'aggregate',
      ({ db }) =>
        db!
          .collection('invoices')
          .aggregate([{ $match: { tenantId: own } }])
          .toArray(),
    ],
    ['insert', ({ db }) => db!.collection('invoices').insertOne(document())],
    ['update', ({ db }) => db!.collection('invoices').updateMany({ tenantId: own }, set)],
    ['delete', ({ db }) => db!.collection('invoices').deleteMany({ tenantId: own })],
    ['explain', ({ db }) => db!.collection('invoices').find({ tenantId: own }).explain()],
  ];

  describe.each(places)('%s', (_place, connection) => {
    it.each(throughMongoose)(
      "%s: the guard refuses it, though it names the owner's id",
      async (_name, use) => {
        const before = await world.everything();
        await expect(
          withinScope(toOwn(), async () => await use(modelOn(connection(), world.model))),
        ).rejects.toMatchObject({ code: 'cross-tenant-access', net: 'schema' });
        expect(await world.everything()).toEqual(before);
      },
    );

    it.each(throughDriver)("%s: the probe refuses it, though it names the owner's id", async (_name, use) => {
      const before = await world.everything();
      await expect(withinScope(toOwn(), () => use(connection()))).rejects.toMatchObject({
        code: 'cross-tenant-access',
        net: 'wire',
      });
      expect(await world.everything()).toEqual(before);
    });
  });

  it.each(throughDriver)('%s: leaves for the database of its own', async (_name, use) => {
    await expect(withinScope(toOwn(), () => use(onOwn))).resolves.toBeDefined();
  });

  it("believes no scope that names another tenant's database", async () => {
    const scope = bound(onTheirs.name);
    const refused = { code: 'cross-tenant-access' };
    await expect(
      withinScope(scope, () => onTheirs.db!.collection('invoices').find({ tenantId: own }).toArray()),
    ).rejects.toMatchObject(refused);
    await expect(
      withinScope(scope, async () => await modelOn(onTheirs, world.model).find({ tenantId: own })),
    ).rejects.toMatchObject({ ...refused, net: 'schema' });
  });

  it('lets nothing of a tenant of the shared database into any other', async () => {
    const tenantId = new Types.ObjectId(neighbour.id);
    await expect(
      withinScope({ kind: 'tenant', tenantId }, () =>
        onOwn.db!.collection('invoices').find({ tenantId }).toArray(),
      ),
    ).rejects.toMatchObject({ net: 'wire' });
  });

  const beside: [string, () => Promise<unknown>][] = [
    ['without a tenant', () => onOwn.db!.collection('invoices').find({ tenantId: own }).toArray()],
    ['a shared collection', () => onOwn.db!.collection('rates').find({}).toArray()],
    [
      'a lookup of a shared collection',
      () =>
        withinScope(toOwn(), () =>
          onOwn
            .db!.collection('invoices')
            .aggregate([{ $match: { tenantId: own } }, { $lookup: { from: 'rates', pipeline: [], as: 'x' } }])
            .toArray(),
        ),
    ],
    [
      'a database of nobody',
      () =>
        withinScope(bound('elsewhere'), () =>
          world.connection
            .getClient()
            .db('elsewhere')
            .collection('invoices')
            .find({ tenantId: own })
            .toArray(),
        ),
    ],
    [
      "the client's bulk write",
      () =>
        world.connection
          .getClient()
          .bulkWrite([{ namespace: `${onOwn.name}.rates`, name: 'deleteMany', filter: {} }]),
    ],
    ['dropping the database', () => onOwn.db!.dropDatabase()],
  ];
  it.each(beside)('%s: is refused', async (_name, use) => {
    await expect(use()).rejects.toMatchObject({ code: 'cross-tenant-access', net: 'wire' });
  });

  it('lets a bypass aggregate there until it ends', async () => {
    const bypass = new Bypass('a test');
    const read = () =>
      withinScope({ kind: 'cross-tenant', bypass }, () =>
        modelOn(onTheirs, world.model)
          .aggregate([{ $match: {} }])
          .exec(),
      );
    expect(await read()).toHaveLength(2);
    bypass.end();
    await expect(read()).rejects.toMatchObject({ code: 'cross-tenant-access' });
  });
});
