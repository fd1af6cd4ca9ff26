import { Types } from 'mongoose';
import { Bypass } from '../bypass/bypass';
import { CursorOwners } from '../operation-scope/cursor-owners';
import type { OperationScope } from '../operation-scope/operation-scope';
import type { CollectionKind } from '../placement/collection-kinds';
import type { PlainObject } from '../bson/bson-guards';
import { wireViolation, type Destination } from './wire-command.rules';

// Always the same: the tests' names have them.
const tenantId = new Types.ObjectId('5a'.repeat(12));
const foreign = new Types.ObjectId('f'.repeat(24));
const KINDS: Record<string, CollectionKind> = {
  ...{ payments: 'tenant', users: 'tenant' },
  ...{ rates: 'shared', 'rates.old': 'shared' },
};
const shared: Destination = {
  database: 'db',
  shared: 'db',
  kindOf: (name: string): CollectionKind => KINDS[name] ?? 'unknown',
  cursors: new CursorOwners(),
};
[tenantId.toHexString(), foreign.toHexString(), 'a bypass'].forEach((owner, index) =>
  shared.cursors.passes('find', {}, owner)!({ cursor: { id: index + 1 } }),
);
const database = `db_t_${tenantId.toHexString()}`;
const dedicated: Destination = { ...shared, database };
const tenant: OperationScope = { kind: 'tenant', tenantId };
const maintenance: OperationScope = { kind: 'maintenance' };
const crossing = (): OperationScope => ({ kind: 'cross-tenant', bypass: new Bypass('a reason') });
const ended = (): OperationScope => {
  const bypass = new Bypass('a reason');
  bypass.end();
  return { kind: 'cross-tenant', bypass };
};

const own = { tenantId };
const match = { $match: own };
/** The first key names the command, as on the wire. */
const commandViolation = (command: PlainObject, scope?: OperationScope, to = shared): string | null => {
  const violation = wireViolation(Object.keys(command)[0]!, command, scope, to);
  return violation === null ? null : String(violation.reason);
};

const checked: [good: PlainObject, bad: PlainObject, fault: RegExp][] = [
  [{ find: 'payments', filter: own }, { find: 'payments', filter: {} }, /filter is not bound/],
  [{ distinct: 'payments', query: own }, { distinct: 'payments' }, /filter is not bound/],
  [
    { aggregate: 'payments', pipeline: [match] },
    { aggregate: 'payments', pipeline: [{ $limit: 1 }] },
    /does not begin/,
  ],
  [{ insert: 'payments', documents: [own] }, { insert: 'payments', documents: [{}] }, /document is not of/],
  [
    { update: 'payments', updates: [{ q: own, u: { $set: { a: 1 } } }] },
    { update: 'payments', updates: [{ q: { tenantId: foreign }, u: {} }] },
    /filter is not bound/,
  ],
  [
    { update: 'payments', updates: [] },
    { update: 'payments', updates: [{ q: own, u: { $set: { tenantId: foreign } } }] },
    /changes tenantId/,
  ],
  [{ delete: 'payments', deletes: [{ q: own }] }, { delete: 'payments', deletes: [{ q: {} }] }, /filter is/],
  [
    { findAndModify: 'payments', query: own, update: { $inc: { a: 1 } } },
    { findAndModify: 'payments', query: {}, update: {} },
    /filter is not bound/,
  ],
  [
    { findAndModify: 'payments', query: own, update: {} },
    { findAndModify: 'payments', query: own, update: { tenantId: foreign } },
    /replaces the document/,
  ],
];

describe('a command on a tenant’s collection', () => {
  it.each(checked)('%j is the bound tenant’s, %j is not', (good, bad, fault) => {
    expect(commandViolation(good, tenant)).toBeNull();
    expect(commandViolation(bad, tenant)).toMatch(fault);
    expect(commandViolation(good)).toMatch(/^no tenant was bound to the command/);
    expect(commandViolation(good, maintenance)).toMatch(/ is not maintenance$/);
  });

  it.each([
    [{ update: 'payments' }, /^the command has no statements/],
    [{ update: 'payments', updates: ['x'] }, /^a statement is not an object/],
    [
      {
        update: 'payments',
        updates: [
          { q: own, u: {} },
          { q: {}, u: {} },
          { q: own, u: {} },
        ],
      },
      /filter is/,
    ],
    [{ delete: 'payments', deletes: [null] }, /^a statement is not an object/],
  ])('%j is a violation', (command, fault) => {
    expect(commandViolation(command, tenant)).toMatch(fault);
  });

  it.each(['count', 'mapReduce', 'drop', 'renameCollection', 'collMod', 'createIndexes', 'dropIndexes'])(
    '%s is refused to a tenant',
    (name) => {
      expect(commandViolation({ [name]: 'payments', query: own }, tenant)).toBe(
        `${name} is refused on a tenant's collection`,
      );
    },
  );

  it('that is a cursor’s next page passes within the tenant that opened it, and no other', () => {
    const command = { getMore: 1n, collection: 'payments' };
    expect(commandViolation(command, tenant)).toBeNull();
    for (const id of [2n, 3n, 4n, 'x', undefined]) {
      expect(commandViolation({ ...command, getMore: id }, tenant)).toBe(
        'the cursor is not one that the operation opened',
      );
    }
    expect(commandViolation(command, { kind: 'tenant', tenantId: foreign })).toMatch(
      /^the cursor is not one/,
    );
    expect(commandViolation(command, maintenance)).toBe('getMore is not maintenance');
    expect(commandViolation(command)).toMatch(/^no tenant was bound/);
    expect(wireViolation('getMore', command, undefined, shared)?.collection).toBe('payments');
  });

  it('builds collections and indexes in maintenance alone, and no view ever', () => {
    for (const name of ['create', 'createIndexes']) {
      expect(commandViolation({ [name]: 'payments' }, maintenance)).toBeNull();
      expect(commandViolation({ [name]: 'payments' }, tenant)).toMatch(
        / is refused on a tenant's collection/,
      );
      expect(commandViolation({ [name]: 'payments' })).toMatch(/^no tenant was bound/);
    }
    for (const name of ['payments', 'rates', 'new']) {
      expect(commandViolation({ create: name, viewOn: 'payments' }, maintenance)).toBe('a view is defined');
    }
  });

  it('under a bypass is an aggregate that writes nothing, until the bypass ends', () => {
    const command = { aggregate: 'payments', pipeline: [{ $group: {} }] };
    const page = { getMore: 3n, collection: 'payments' };
    for (const open of [command, page]) {
      expect(commandViolation(open, crossing())).toBeNull();
      expect(commandViolation(open, ended())).toBe('the bypass has ended');
    }
    expect(commandViolation({ ...page, getMore: 1n }, crossing())).toMatch(/^the cursor is not one/);
    expect(commandViolation({ ...command, pipeline: [{ $indexStats: {} }] }, crossing())).toMatch(
      /that are known here$/,
    );
    for (const stage of [{ $out: 'x' }, { $facet: { x: [{ $merge: { into: 'x' } }] } }]) {
      expect(commandViolation({ aggregate: 'payments', pipeline: [stage] }, crossing())).toBe(
        'the pipeline writes',
      );
    }
    for (const name of ['find', 'update', 'delete', 'insert', 'createIndexes']) {
      expect(commandViolation({ [name]: 'payments' }, crossing())).toBe(`${name} is not open to a bypass`);
    }
  });

  it('is named in what is reported', () => {
    expect(wireViolation('find', { find: 'payments' }, tenant, shared)).toEqual({
      collection: 'payments',
      reason: 'the filter is not bound to the tenant of the operation',
    });
  });
});

describe('a command on a shared collection', () => {
  it.each([
    ...['find', 'distinct', 'count', 'aggregate', 'insert', 'update', 'delete', 'findAndModify'],
    ...['create', 'createIndexes'],
  ])('%s passes, whoever sends it', (name) => {
    for (const scope of [undefined, tenant, maintenance, crossing()]) {
      expect(commandViolation({ [name]: 'rates', pipeline: [] }, scope)).toBeNull();
    }
  });

  it('passes for the next page of its cursor', () => {
    for (const scope of [undefined, tenant, crossing()])
      expect(commandViolation({ getMore: 9n, collection: 'rates' }, scope)).toBeNull();
  });

  it('passes for the next page of one that somebody opened, to him alone', () => {
    const page = { getMore: 1n, collection: 'rates' };
    expect(commandViolation(page, tenant)).toBeNull();
    for (const scope of [undefined, crossing(), maintenance])
      expect(commandViolation(page, scope)).toBe('the cursor is not one that the operation opened');
  });

  it('has no stage that nobody knows, however deep', () => {
    const unknown = { $rankFusion: { input: {} } };
    const ratesWith = (pipeline: object[]) => ({ $lookup: { from: 'rates', as: 'x', pipeline } });
    for (const pipeline of [
      [unknown],
      [{ $facet: { a: [unknown] } }],
      [ratesWith([unknown])],
      [{ $unionWith: { coll: 'rates', pipeline: [ratesWith([unknown])] } }],
      [{ $match: {}, $limit: 1 }],
      ['x'],
    ])
      expect(commandViolation({ aggregate: 'rates', pipeline })).toMatch(/that are known here$/);
    const known = [{ $facet: { a: [{ $limit: 1 }] } }, ratesWith([{ $limit: 1 }]), { $unionWith: 'rates' }];
    expect(commandViolation({ aggregate: 'rates', pipeline: known })).toBeNull();
  });

  it.each(['drop', 'mapReduce', 'renameCollection', 'collMod', 'dropIndexes'])('%s does not', (name) => {
    expect(commandViolation({ [name]: 'rates' }, maintenance)).toBe(`${name} is not known to the probe`);
  });

  const over = (...pipeline: unknown[]) => ({ aggregate: 'rates', pipeline });

  it.each([
    [{ $out: 'x' }],
    [{ $out: { db: 'd', coll: 'x' } }],
    [{ $merge: 'x' }],
    [{ $merge: { into: 'x' } }],
    [{ $merge: { into: { db: 'd', coll: 'x' } } }],
    [{ $out: 1 }],
  ])('%j writes', (stage) => {
    for (const scope of [undefined, tenant, crossing()]) {
      expect(commandViolation(over(stage), scope)).toBe('the pipeline writes');
      expect(commandViolation(over({ $limit: 1 }, stage), scope)).toBe('the pipeline writes');
    }
  });

  it.each([
    [{ $lookup: { from: 'secrets' } }],
    [{ $lookup: { from: { db: 'other', coll: 'secrets' } } }],
    [{ $lookup: { from: 1 } }],
    [{ $lookup: { from: { db: 'other' } } }],
    [
      {
        $lookup: {
          from: {
            get coll() {
              return 'rates';
            },
          },
        },
      },
    ],
    [{ $graphLookup: { from: 'secrets' } }],
    [{ $graphLookup: 1 }],
    [{ $unionWith: 'secrets' }],
    [{ $unionWith: { coll: 'secrets' } }],
    [{ $unionWith: { coll: 1 } }],
    [{ $unionWith: { coll: { coll: 'rates' } } }],
    [{ $unionWith: 1 }],
    [{ $changeStream: {} }],
    [{ $facet: { x: [{ $lookup: { from: 'rates', pipeline: [{ $unionWith: 'secrets' }] } }] } }],
  ])('%j reads what nobody knows', (stage) => {
    expect(commandViolation(over(stage), tenant)).toBe('the pipeline reads what no schema describes');
  });

  it.each([
    [{ $lookup: { from: 'rates' } }],
    [{ $lookup: { pipeline: [{ $documents: [] }] } }],
    [{ $unionWith: { pipeline: [{ $documents: [] }] } }],
    [{ $unionWith: 'rates' }],
    [{ $graphLookup: { from: 'rates' } }],
    [{ $lookup: { from: { db: 'd', coll: 'rates' } } }],
    [{ $match: { a: new Date(0) } }],
  ])('%j reads what is everybody’s', (stage) => {
    expect(commandViolation(over(stage))).toBeNull();
  });

  it('that reads a tenant’s on its way needs the tenant in it, or a bypass that lasts', () => {
    const open = over({ $lookup: { from: 'users', pipeline: [] } });
    const closed = over({ $lookup: { from: 'users', pipeline: [match] } });
    expect(commandViolation(closed, tenant)).toBeNull();
    expect(commandViolation(open, tenant)).toMatch(/does not begin with the tenant/);
    for (const scope of [undefined, maintenance]) {
      expect(commandViolation(closed, scope)).toBe(
        "the pipeline reads a tenant's collection without a tenant",
      );
    }
    expect(commandViolation(open, crossing())).toBeNull();
    expect(commandViolation(open, ended())).toBe('the bypass has ended');
  });
});

describe('a command on no collection that is known', () => {
  it.each([
    ...['hello', 'ping', 'buildInfo', 'saslStart', 'saslContinue', 'authenticate'],
    ...['endSessions', 'commitTransaction', 'abortTransaction', 'listCollections'],
  ])('%s passes', (name) => {
    expect(commandViolation({ [name]: 1 })).toBeNull();
  });

  it('that serialises itself is refused, whatever it shows', () => {
    const sent = () => ({ find: 'payments', filter: {} });
    expect(commandViolation({ ping: 1, toBSON: sent })).toBe('the command is not what it shows');
    for (const explain of [{ ping: 1, toBSON: sent }, null, 1, [], new (class Command {})()]) {
      expect(commandViolation({ explain }, tenant)).toBe('what is explained is not what it shows');
      expect(wireViolation('explain', { explain }, tenant, shared)).toMatchObject({ collection: '' });
    }
    expect(wireViolation('ping', { ping: 1, toBSON: sent }, tenant, shared)).toMatchObject({
      collection: '',
    });
  });

  it.each([
    ['update', 'updates', { q: own, u: { $set: { a: 1 } } }],
    ['delete', 'deletes', { q: own }],
  ])('has statements that are sent as they are: %s', (name, field, statement) => {
    const reason = (statements: unknown) =>
      commandViolation({ [name]: 'payments', [field]: statements }, tenant);
    const toBSON = () => ({ q: {} });
    expect(reason([statement])).toBeNull();
    expect(reason(Object.assign([statement], { toBSON }))).toBe('the command has no statements');
    expect(reason([{ ...statement, toBSON }])).toBe('a statement is not an object');
    const computed = Object.defineProperty({ ...statement }, 'q', { get: () => own });
    expect(reason([statement, computed])).toBe('a statement is not an object');
  });

  it('passes where it only looks', () => {
    expect(commandViolation({ listIndexes: 'payments' })).toBeNull();
    expect(commandViolation({ killCursors: 'payments' })).toBeNull();
  });

  it('is refused, by its name', () => {
    expect(commandViolation({ find: 'secrets', filter: own }, tenant)).toBe(
      'find on "secrets", which no schema describes',
    );
    expect(commandViolation({ dropDatabase: 1 }, tenant)).toBe('dropDatabase names no collection');
    expect(commandViolation({ aggregate: 1, pipeline: [] }, tenant)).toBe('aggregate names no collection');
  });

  it('passes for the rest of a list of collections', () => {
    expect(commandViolation({ getMore: 1n, collection: '$cmd.listCollections' })).toBeNull();
    expect(commandViolation({ getMore: 1n, collection: '$cmd.aggregate' })).toMatch(/no schema describes/);
    expect(commandViolation({ find: '$cmd.listCollections' })).toMatch(/no schema describes/);
    expect(commandViolation({ getMore: 1n, collection: 'x$cmd.list' })).toMatch(/no schema describes/);
  });
});

it('explain is judged by what it explains', () => {
  expect(commandViolation({ explain: { find: 'payments', filter: own } }, tenant)).toBeNull();
  expect(commandViolation({ explain: { find: 'payments', filter: {} } }, tenant)).toMatch(
    /filter is not bound/,
  );
  expect(commandViolation({ explain: {} }, tenant)).toBe(' names no collection');
  expect(commandViolation({ explain: 'payments' }, tenant)).toBe('what is explained is not what it shows');
  // A field of that name doesn't stand in for the command itself.
  const explained = { find: 'payments', filter: own };
  expect(commandViolation({ find: 'payments', filter: {}, explain: explained }, tenant)).toMatch(
    /filter is not bound/,
  );
});

it('the client’s bulk write names shared collections alone', () => {
  const bulk = (...nsInfo: unknown[]) => commandViolation({ bulkWrite: 1, nsInfo }, tenant);
  expect(bulk({ ns: 'db.rates' }, { ns: 'db.rates' }, { ns: 'db.rates.old' })).toBeNull();
  for (const ns of [
    'db.payments',
    'db.secrets',
    'db.rates.x',
    'payments',
    'rates',
    'other.rates',
    '.rates',
  ]) {
    expect(bulk({ ns: 'db.rates' }, { ns })).toMatch(/names more than shared collections/);
  }
  expect(commandViolation({ bulkWrite: 1 }, tenant)).toBe('the command has no statements');
});

describe('a tenant’s own database', () => {
  const atHome: OperationScope = { kind: 'tenant', tenantId, database };
  const find = { find: 'payments', filter: own };

  it('is where the tenant’s commands go, and nobody else’s', () => {
    expect(commandViolation(find, atHome, dedicated)).toBeNull();
    expect(commandViolation(find, tenant, dedicated)).toMatch(/^the database isn't the one/);
    expect(commandViolation(find, atHome, shared)).toMatch(/^the database isn't the one/);
    expect(commandViolation({ ...find, filter: {} }, atHome, dedicated)).toMatch(/^the filter is not bound/);
    expect(commandViolation(find, undefined, dedicated)).toMatch(/^no tenant was bound/);
    expect(commandViolation({ createIndexes: 'payments' }, maintenance, dedicated)).toBeNull();
  });

  it('has no shared collections, and what reads one there reads nobody knows what', () => {
    expect(commandViolation({ find: 'rates' }, atHome, dedicated)).toBe(
      'the collection is not of this database',
    );
    const over = (from: string, pipeline: object[] = [match]) => ({
      aggregate: 'payments',
      pipeline: [match, { $lookup: { from, pipeline } }],
    });
    expect(commandViolation(over('users'), atHome, dedicated)).toBeNull();
    expect(commandViolation(over('users', []), atHome, dedicated)).toMatch(/^the pipeline does not begin/);
    expect(commandViolation(over('rates'), atHome, dedicated)).toMatch(/"rates", which no schema describes/);
    expect(commandViolation(over('secrets'), atHome, dedicated)).toMatch(
      /"secrets", which no schema describes/,
    );
    expect(commandViolation({ find: 'secrets' }, atHome, dedicated)).toMatch(/^find on "secrets"/);
  });
});
