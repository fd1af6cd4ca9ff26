import { inspect } from 'node:util';
import mongoose, { mongo, Types, type Model } from 'mongoose';
import {
  aTenant,
  anInvoice,
  anIsolationWorld,
  type Invoice,
  type IsolationWorld,
} from '../../testing/isolation.fixture';
import { IsolationViolationError } from '../../src/audit/isolation.errors';
import { withinScope, type OperationScope } from '../../src/operation-scope/operation-scope';
import {
  AGGREGATE,
  CLASSES,
  CONNECTION,
  DOCUMENT,
  DRIVER,
  MODEL,
  QUERY,
  type Classified,
} from './classified';
import { namesOf } from './reflection';

const listed = (names: string | undefined): string[] =>
  (names ?? '').split(' ').filter((name) => name !== '');
/** As text, with whatever can't be read left out: the guard refuses to be looked into. */
const textOf = (value: unknown): string => {
  try {
    return inspect(value, { depth: 8, maxArrayLength: 100 });
  } catch {
    return '';
  }
};
const SECRET = 'the neighbour alone knows this';

describe('Everything public of Mongoose and its driver', () => {
  let world: IsolationWorld;
  let model: Model<Invoice>;
  let theirs: Types.ObjectId;
  const owner = aTenant();
  const other = aTenant();
  const scopes: [string, OperationScope | undefined][] = [
    ['bound to a tenant', { kind: 'tenant', tenantId: new Types.ObjectId(owner.id) }],
    ['with no tenant bound', undefined],
  ];

  beforeAll(async () => {
    world = await anIsolationWorld();
    model = world.model;
    const created = await world.as(other, () =>
      world.invoices.create(anInvoice({ metadata: { note: SECRET } })),
    );
    theirs = created._id;
    await world.as(owner, () => world.invoices.create(anInvoice()));
  });
  afterAll(() => world.close());

  const bare = mongoose.model('Bare', new mongoose.Schema({}));
  const surfaces: [string, Classified, () => string[]][] = [
    ['Model', MODEL, () => namesOf(bare, Function.prototype)],
    ['Document', DOCUMENT, () => namesOf(bare.prototype as object, Object.prototype)],
    ['Query', QUERY, () => namesOf(mongoose.Query.prototype, Object.prototype)],
    ['Aggregate', AGGREGATE, () => namesOf(mongoose.Aggregate.prototype, Object.prototype)],
    [
      'Connection',
      CONNECTION,
      () => namesOf(mongoose.connection.constructor.prototype as object, Object.prototype),
    ],
    ['the driver’s Collection', DRIVER, () => namesOf(mongo.Collection.prototype, Object.prototype)],
  ];

  it.each(surfaces)('%s: each method is classified, once', (name, classified, names) => {
    const all = CLASSES.flatMap((kind) => listed(classified[kind]));
    const unknown = names().filter((method) => !all.includes(method));
    const gone = all.filter((method) => !names().includes(method));
    const twice = all.filter((method, index) => all.indexOf(method) !== index);
    const help =
      `${name} has methods that surface/classified.ts doesn't know, or no longer has some that it names. ` +
      'Find out whether each can reach documents, classify it there, and see that the tests of this file hold.';
    expect({ help, unknown, gone, twice }).toEqual({ help, unknown: [], gone: [], twice: [] });
  });

  it('is scoped, defining or refused behind the guard exactly as classified', async () => {
    const guarded = (
      model.collection as unknown as { collection: Record<string, (...args: unknown[]) => unknown> }
    ).collection;
    for (const method of listed(DRIVER.refused)) {
      for (const [, scope] of scopes) {
        const call = () => inScope(scope, () => Promise.resolve(guarded[method]!({})));
        await expect(call()).rejects.toThrow(IsolationViolationError);
      }
    }
    for (const method of [...listed(DRIVER.scoped), ...listed(DRIVER.definitions)]) {
      await expect(inScope(undefined, () => Promise.resolve(guarded[method]!({})))).rejects.toThrow(
        IsolationViolationError,
      );
    }
  });

  const inScope = async <R>(scope: OperationScope | undefined, work: () => Promise<R>): Promise<R> =>
    scope === undefined ? work() : withinScope(scope, work);

  /** What a careless or hostile caller might pass. None of it names the bound tenant. */
  const argumentsToTry = (): unknown[][] => {
    const change = { $set: { status: 'PAID', tenantId: new Types.ObjectId(owner.id) } };
    const forged = { ...anInvoice(), _id: new Types.ObjectId(), tenantId: new Types.ObjectId(other.id) };
    const smuggled = model.hydrate({
      ...anInvoice(),
      _id: theirs,
      tenantId: new Types.ObjectId(owner.id),
    } as never);
    smuggled.set('status', 'PAID');
    return [
      [],
      [{}],
      [theirs],
      [{ _id: theirs }],
      [{ _id: theirs }, change],
      [{}, change, { upsert: true }],
      [theirs, change],
      [{ _id: theirs }, forged],
      [{ tenantId: new Types.ObjectId(other.id) }],
      [{ tenantId: mongoose.trusted({ $ne: null }) }, change],
      ['metadata'],
      ['metadata', {}],
      ['status', 'OPEN'],
      [[{ $match: {} }]],
      [[{ $unionWith: 'invoices' }]],
      [[{ $out: 'stolen' }]],
      [forged],
      [[forged]],
      [[smuggled]],
      [[{ deleteMany: { filter: {} } }, { updateMany: { filter: {}, update: change } }]],
      [smuggled, { path: 'parentId', model: 'Invoice' }],
    ];
  };

  /** Runs whatever a method gives back to its end. */
  const settle = async (given: unknown): Promise<unknown> => {
    if (given === null || (typeof given !== 'object' && typeof given !== 'function')) return given;
    if ('exec' in given && typeof given.exec === 'function') return (given as { exec(): unknown }).exec();
    if ('next' in given && typeof given.next === 'function') return (given as { next(): unknown }).next();
    return given;
  };

  const neighbours = () =>
    world.raw
      .collection('invoices')
      .find({ $or: [{ tenantId: new Types.ObjectId(other.id) }, { _id: theirs }] })
      .sort({ _id: 1 })
      .toArray();

  describe.each(scopes)('%s', (_name, scope) => {
    it.each(listed(MODEL.scoped).concat(listed(MODEL.refused), listed(MODEL.definitions)))(
      'Model.%s neither shows nor changes what is the neighbour’s',
      async (method) => {
        const before = await neighbours();
        const call = (model as unknown as Record<string, (...args: unknown[]) => unknown>)[method]!;
        let shown = 0;
        for (const args of argumentsToTry()) {
          const result = await inScope(scope, async () =>
            settle(await settle(call.apply(model, args))),
          ).catch(() => null);
          if (textOf(result).includes(SECRET)) shown++;
        }
        expect(shown).toBe(0);
        expect(await neighbours()).toEqual(before);
        expect((await world.raw.listCollections({ name: 'stolen' }).toArray()).length).toBe(0);
      },
    );

    it.each(listed(DOCUMENT.scoped))(
      'a smuggled document’s %s does nothing to the neighbour’s',
      async (method) => {
        const before = await neighbours();
        for (const tenantId of [new Types.ObjectId(other.id), new Types.ObjectId(owner.id)]) {
          const smuggled = model.hydrate({ ...anInvoice(), _id: theirs, tenantId } as never);
          smuggled.set('status', 'PAID');
          const call = (smuggled as unknown as Record<string, (...args: unknown[]) => unknown>)[method]!;
          for (const args of [[], [{ $set: { status: 'PAID' } }], ['parentId']]) {
            await inScope(scope, async () => settle(call.apply(smuggled, args))).catch(() => null);
          }
        }
        expect(await neighbours()).toEqual(before);
      },
    );
  });
});
