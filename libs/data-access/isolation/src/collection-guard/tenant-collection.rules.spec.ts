import { Types, type Connection } from 'mongoose';
import { Bypass } from '../bypass/bypass';
import type { OperationScope } from '../operation-scope/operation-scope';
import { tenantCollectionViolation } from './tenant-collection.rules';

// Always the same: the tests' names have them.
const tenantId = new Types.ObjectId('5a'.repeat(12));
const foreign = new Types.ObjectId('f'.repeat(24));
const connectionTo = (databaseName: string) =>
  ({ db: { databaseName }, models: {} }) as unknown as Connection;
const tenant: OperationScope = { kind: 'tenant', tenantId };
const maintenance: OperationScope = { kind: 'maintenance' };
const crossing = (): OperationScope => ({ kind: 'cross-tenant', bypass: new Bypass('a reason') });

const commandViolation = (method: string, args: unknown[], scope?: OperationScope, database = 'db') =>
  tenantCollectionViolation(method, args, scope, connectionTo(database));

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
    expect(commandViolation(method, good, tenant)).toBeNull();
    expect(commandViolation(method, bad, tenant)).toEqual(expect.any(String));
    expect(commandViolation(method, good)).toBe(
      'no tenant was bound to the operation and no bypass is active',
    );
    expect(commandViolation(method, good, maintenance)).toBe(`${method} is not maintenance`);
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
    expect(commandViolation(method, [own], tenant)).toBe(`${method} is refused on a tenant's collection`);
  });

  it.each(['createIndex', 'createIndexes', 'listIndexes', 'indexes'])(
    '%s is open to maintenance alone',
    (method) => {
      expect(commandViolation(method, [], maintenance)).toBeNull();
      expect(commandViolation(method, [], crossing())).toBe(`${method} is not open to a bypass`);
    },
  );

  it('within a bypass is an aggregate that writes nothing, until the bypass ends', () => {
    const ended = new Bypass('a reason');
    ended.end();
    expect(commandViolation('aggregate', [[{ $group: {} }]], crossing())).toBeNull();
    const writer = Object.assign(Object.create({ toBSON: () => ({ $out: 'x' }) }) as object, { $limit: 1 });
    expect(commandViolation('aggregate', [[writer]], crossing())).toBe('aggregate is not open to a bypass');
    expect(commandViolation('aggregate', [[]], { kind: 'cross-tenant', bypass: ended })).toBe(
      'the bypass has ended',
    );
    for (const pipeline of [
      [{ $limit: 1 }, { $out: 'x' }],
      [{ $merge: 'x' }],
      [{ $new: {} }],
      undefined,
      {},
    ]) {
      expect(commandViolation('aggregate', [pipeline], crossing())).toBe('aggregate is not open to a bypass');
    }
    expect(commandViolation('find', [[]], crossing())).toBe('find is not open to a bypass');
  });

  it('goes to the database where the tenant’s documents are', () => {
    const database = `db_t_${tenantId.toHexString()}`;
    expect(commandViolation('find', [own], { ...tenant, database }, 'db')).toMatch(
      /^the database isn't the one/,
    );
    expect(commandViolation('find', [own], { ...tenant, database: 'other' }, 'db')).toMatch(
      /isn't its tenant's$/,
    );
  });

  it('reads no collection that nobody describes', () => {
    const pipeline = [{ $match: own }, { $lookup: { from: 'secrets', pipeline: [{ $match: own }] } }];
    expect(commandViolation('aggregate', [pipeline], tenant)).toMatch(/"secrets", which no schema describes/);
  });
});
