import mongoose, { Types, type Model } from 'mongoose';
import { Bypass } from '../bypass/bypass';
import { guardCollection, isGuarded, type Judge } from './collection-guard';
import { withinScope } from '../operation-scope/operation-scope';
import { onViolation, type NetViolation } from '../audit/violations';

const tenantId = new Types.ObjectId('5a'.repeat(12));
/** Made, never connected: what a cursor is before its first document. */
const client = new mongoose.mongo.MongoClient('mongodb://127.0.0.1:1');
const things = client.db('d').collection('things');

const aRaw = () => ({
  collectionName: 'things',
  readPreference: { mode: 'primary' },
  hint: null,
  dbName: 'd',
  received: [] as unknown[][],
  findOne(this: { received: unknown[][] }, ...args: unknown[]) {
    this.received.push(args);
    return 'found';
  },
  find: (filter: object) => things.find(filter as never),
  aggregate: (pipeline: object[]) => things.aggregate(pipeline),
});
type Raw = ReturnType<typeof aRaw>;

const guard = (judge: Judge = () => null) => {
  const raw = aRaw();
  const native: { collection: unknown } = { collection: raw };
  const model = { collection: native } as unknown as Model<unknown>;
  guardCollection(model, judge);
  return { raw, native, model, guarded: () => native.collection as Raw };
};

const violations: NetViolation[] = [];
let stop = () => {};
beforeEach(() => {
  violations.length = 0;
  stop = onViolation((violation) => violations.push(violation));
});
afterEach(() => stop());

const refused = (reason: string) =>
  expect.objectContaining({ code: 'cross-tenant-access', net: 'schema', reason }) as Error;

describe('Behind the guard', () => {
  it('a call that nothing is wrong with goes through, with what was judged', () => {
    const judged: unknown[] = [];
    const { raw, guarded } = guard((method, args) => {
      judged.push(method, ...args);
      return null;
    });
    const filter = { a: { b: [1] }, at: new Date(0) };
    expect(guarded().findOne(filter, 2)).toBe('found');
    expect(judged).toEqual(['findOne', filter, 2]);
    expect(raw.received[0]![0]).toBe(judged[1]);
    expect(raw.received[0]![0]).not.toBe(filter);
    expect(violations).toEqual([]);
  });

  it('any other is refused and reported, and does not arrive', () => {
    const { raw, guarded } = guard(() => 'no tenant');
    const report = {
      net: 'schema',
      tenantId: null,
      collection: 'things',
      operation: 'findOne',
      reason: 'no tenant',
    };
    expect(() => guarded().findOne({})).toThrow(refused('no tenant'));
    withinScope({ kind: 'cross-tenant', bypass: new Bypass('x') }, () =>
      expect(() => guarded().findOne({})).toThrow(refused('no tenant')),
    );
    withinScope({ kind: 'tenant', tenantId }, () =>
      expect(() => guarded().findOne({})).toThrow(refused('no tenant')),
    );
    expect(violations).toEqual([report, report, { ...report, tenantId: tenantId.toHexString() }]);
    expect(raw.received).toEqual([]);
  });

  it('every other way into the driver’s collection is closed', () => {
    const { guarded } = guard();
    expect(() => guarded().readPreference).toThrow(refused('readPreference leads past the isolation'));
    expect([guarded().collectionName, guarded().dbName, guarded().hint]).toEqual(['things', 'd', null]);
    const symbol = Symbol('s');
    expect((Object.assign(guarded(), { [symbol]: 1 }) as Record<symbol, unknown>)[symbol]).toBeUndefined();
  });

  it('a method is one and the same, each time it is asked for', () => {
    const { guarded } = guard();
    expect(guarded().findOne).toBe(guarded().findOne);
    expect(guarded().findOne).not.toBe(guarded().find);
  });

  it('is what Mongoose sets when it connects, and connects again; nothing while it is not connected', () => {
    const { native, model, guarded } = guard(() => 'no');
    expect(isGuarded(model)).toBe(true);
    native.collection = null;
    expect(native.collection).toBeNull();
    const again = aRaw();
    native.collection = again;
    expect(() => guarded().findOne({})).toThrow(refused('no'));
    expect(again.received).toEqual([]);
    expect(() => Object.defineProperty(native, 'collection', { value: again })).toThrow(TypeError);
  });

  it('a model is put once, by the judge that came first', () => {
    const { model, guarded } = guard(() => 'the first');
    guardCollection(model, () => null);
    expect(() => guarded().findOne({})).toThrow(refused('the first'));
    expect(isGuarded({ collection: {} } as Model<unknown>)).toBe(false);
  });
});

describe('What was judged is what is sent', () => {
  it('however the caller changes its arguments, or a getter its mind', () => {
    const { raw, guarded } = guard();
    let asked = 0;
    const filter = {
      list: [{ a: 1 }],
      get tenantId() {
        asked += 1;
        return asked;
      },
    };
    guarded().findOne(filter);
    filter.list[0]!.a = 2;
    const [sent] = raw.received[0] as [typeof filter];
    expect(sent.list).toEqual([{ a: 1 }]);
    expect([sent.tenantId, sent.tenantId]).toEqual([1, 1]);
  });

  it('however an id is set anew', () => {
    const { raw, guarded } = guard();
    const id = new Types.ObjectId();
    const hex = id.toHexString();
    guarded().findOne({ id });
    Object.assign(id, new Types.ObjectId());
    expect((raw.received[0] as [{ id: Types.ObjectId }])[0].id.toHexString()).toBe(hex);
  });

  it('but an id that can’t be, or that is sent as others than it shows, stays what it is', () => {
    class OtherId extends Types.ObjectId {}
    for (const id of [
      Object.freeze(new Types.ObjectId()),
      new OtherId(),
      Object.assign(new Types.ObjectId(), { serializeInto: () => 12 }),
      Object.assign(new Types.ObjectId(), { toBSON: () => null }),
    ]) {
      const { raw, guarded } = guard();
      guarded().findOne({ id });
      expect((raw.received[0] as [{ id: Types.ObjectId }])[0].id).toBe(id);
    }
  });

  it('with a field called __proto__ as a field, and Mongoose’s documents as they are stored', () => {
    const { raw, guarded } = guard();
    const Thing = mongoose.model('GuardedThing', new mongoose.Schema({ a: Number }, { versionKey: false }));
    const thing = new Thing({ a: 1 });
    guarded().findOne(JSON.parse('{"__proto__":{"a":1}}'), [thing]);
    mongoose.deleteModel('GuardedThing');
    const [filter, documents] = raw.received[0] as [object, unknown[]];
    expect(Object.keys(filter)).toEqual(['__proto__']);
    expect(documents).toEqual([{ _id: thing._id, a: 1 }]);
    expect(documents[0]).not.toBeInstanceOf(mongoose.Document);
  });

  it.each([
    [
      'filter',
      (raw: Raw) => raw.find({ a: 1 }),
      (cursor: never) => (cursor as { filter(f: object): void }).filter({}),
    ],
    ['clone', (raw: Raw) => raw.find({ a: 1 }), (cursor: never) => (cursor as { clone(): void }).clone()],
    ['count', (raw: Raw) => raw.find({ a: 1 }), (cursor: never) => (cursor as { count(): void }).count()],
    [
      'addStage',
      (raw: Raw) => raw.aggregate([{ $match: {} }]),
      (cursor: never) => (cursor as { addStage(f: object): void }).addStage({}),
    ],
    [
      'clone',
      (raw: Raw) => raw.aggregate([{ $match: {} }]),
      (cursor: never) => (cursor as { clone(): void }).clone(),
    ],
  ])('until a cursor’s first document: %s is refused and reported', (name, open, loosen) => {
    const { guarded } = guard();
    const cursor = open(guarded());
    expect(() => loosen(cursor as never)).toThrow(refused(`${name} is refused on a cursor`));
    expect(violations).toMatchObject([{ collection: 'things', operation: name }]);
  });

  it.each([
    ['find', (raw: Raw) => raw.find({ a: [{ b: 1 }] }), 'cursorFilter', { a: [{ b: 1 }] }],
    ['aggregate', (raw: Raw) => raw.aggregate([{ $match: { a: 1 } }]), 'pipeline', [{ $match: { a: 1 } }]],
  ])('of a cursor too: %s is judged once more when it is sent', async (method, open, field, query) => {
    const judged: unknown[][] = [];
    let violation: string | null = null;
    const { guarded } = guard((name, args) => {
      judged.push([name, ...args]);
      return violation;
    });
    const cursor = open(guarded());
    expect(judged).toEqual([[method, query]]);
    Object.assign(cursor, { [field]: ['another'] });
    violation = 'not this one';
    await expect(cursor.toArray()).rejects.toThrow(refused('not this one'));
    await expect((async () => cursor.explain())()).rejects.toThrow(refused('not this one'));
    expect(judged.slice(1)).toEqual([
      [method, ['another']],
      [method, ['another']],
    ]);
    expect(Reflect.get(cursor, field)).toEqual(['another']);
    expect(violations).toMatchObject([{ operation: method }, { operation: method }]);
  });

  it('and what is no cursor of documents comes back as it is', () => {
    const { guarded } = guard();
    const indexes = things.listIndexes();
    Object.assign(guarded(), { findOne: () => indexes });
    expect(guarded().findOne({})).toBe(indexes);
    expect(Object.getPrototypeOf(indexes)).toBe(mongoose.mongo.ListIndexesCursor.prototype);
  });
});
