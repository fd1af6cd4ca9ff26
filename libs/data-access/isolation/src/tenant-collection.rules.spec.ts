import { Types, type Connection } from 'mongoose';
import { Bypass } from './bypass';
import type { OperationScope } from './operation-scope';
import { tenantCollectionFault } from './tenant-collection.rules';

// Always the same: the tests' names have them.
const tenantId = new Types.ObjectId('5a'.repeat(12));
const foreign = new Types.ObjectId('f'.repeat(24));
const connectionTo = (databaseName: string) =>
  ({ db: { databaseName }, models: {} }) as unknown as Connection;
const tenant: OperationScope = { kind: 'tenant', tenantId };
const maintenance: OperationScope = { kind: 'maintenance' };
const crossing = (): OperationScope => ({ kind: 'cross-tenant', bypass: new Bypass('a reason') });

const faultOf = (method: string, args: unknown[], scope?: OperationScope, database = 'db') =>
  tenantCollectionFault(method, args, scope, connectionTo(database));

const own = { tenantId };
const change = { $set: { a: 1 } };

const checked: [method: string, good: unknown[], bad: unknown[]][] = [
  ...['find', 'findOne', 'countDocuments', 'deleteMany'].map((name): [string, unknown[], unknown[]] => [
    name,
    [own],
    [{}],
  ]),
  ['distinct', ['a', own], [own, {}]],
  ['insertOne', [own], [{ tenantId: foreign }]],
  ['insertMany', [[own]], [[own, {}]]],
  ...['updateOne', 'updateMany', 'findOneAndUpdate'].flatMap((name): [string, unknown[], unknown[]][] => [
    [name, [own, change], [{}, change]],
    [name, [own, change], [own, { $set: { tenantId: foreign } }]],
  ]),
  ['bulkWrite', [[{ insertOne: { document: own } }]], [[{ deleteMany: { filter: own } }]]],
  ['aggregate', [[{ $match: own }]], [[{ $match: {} }]]],
];

describe('A call of the driver’s collection', () => {
  it.each(checked)('%s(...%j) is the bound tenant’s, %j is not', (method, good, bad) => {
    expect(faultOf(method, good, tenant)).toBeNull();
    expect(faultOf(method, bad, tenant)).toEqual(expect.any(String));
    expect(faultOf(method, good)).toBe('no tenant was bound to the operation and no bypass is active');
    expect(faultOf(method, good, maintenance)).toBe(`${method} is not maintenance`);
  });

  it.each([
    'deleteOne',
    'replaceOne',
    'findOneAndDelete',
    'drop',
    'rename',
    'watch',
    'createIndex',
    'indexes',
  ])('%s is refused to a tenant', (method) => {
    expect(faultOf(method, [own], tenant)).toBe(`${method} is refused on a tenant's collection`);
  });

  it.each(['createIndex', 'createIndexes', 'listIndexes', 'indexes'])(
    '%s is open to maintenance alone',
    (method) => {
      expect(faultOf(method, [], maintenance)).toBeNull();
      expect(faultOf(method, [], crossing())).toBe(`${method} is not open to a bypass`);
    },
  );

  it('within a bypass is an aggregate that writes nothing, until the bypass ends', () => {
    const ended = new Bypass('a reason');
    ended.end();
    expect(faultOf('aggregate', [[{ $group: {} }]], crossing())).toBeNull();
    const writer = Object.assign(Object.create({ toBSON: () => ({ $out: 'x' }) }) as object, { $limit: 1 });
    expect(faultOf('aggregate', [[writer]], crossing())).toBe('aggregate is not open to a bypass');
    expect(faultOf('aggregate', [[]], { kind: 'cross-tenant', bypass: ended })).toBe('the bypass has ended');
    for (const pipeline of [
      [{ $limit: 1 }, { $out: 'x' }],
      [{ $merge: 'x' }],
      [{ $new: {} }],
      undefined,
      {},
    ]) {
      expect(faultOf('aggregate', [pipeline], crossing())).toBe('aggregate is not open to a bypass');
    }
    expect(faultOf('find', [[]], crossing())).toBe('find is not open to a bypass');
  });

  it('goes to the database where the tenant’s documents are', () => {
    const database = `db_t_${tenantId.toHexString()}`;
    expect(faultOf('find', [own], { ...tenant, database }, 'db')).toMatch(/^the database isn't the one/);
    expect(faultOf('find', [own], { ...tenant, database: 'other' }, 'db')).toMatch(/isn't its tenant's$/);
  });

  it('reads no collection that nobody describes', () => {
    const pipeline = [{ $match: own }, { $lookup: { from: 'secrets', pipeline: [{ $match: own }] } }];
    expect(faultOf('aggregate', [pipeline], tenant)).toMatch(/"secrets", which no schema describes/);
  });
});
