import { Schema, Types, type Model, type mongo } from 'mongoose';
import type { Net } from '../../src/audit/isolation.errors';
import { withinScope } from '../../src/operation-scope/operation-scope';
import type { Attack, Hands } from './attack';

const PAY = { $set: { status: 'PAID' } };
const AROUND = 'the code goes around the repository, and holds the model';

type Detour = [leak: number, name: string, attempt: Attack['attempt'], shown?: Attack['shown']];

/** A document of the neighbour's, smuggled into this tenant's request as an own one. */
const smuggled = ({ model, document, own, theirs }: Hands) =>
  model.hydrate({ ...document(own), _id: theirs }).set('status', 'PAID');

/** Whatever a model is told here, it does. */
const loose = (model: unknown) => model as Model<unknown> & Record<string, (...args: unknown[]) => unknown>;

/** A model over the tenants' collection whose schema knows no tenant: with strictQuery its filter becomes `{}`. */
const strangerOf = ({ connection }: Hands): Model<unknown> => {
  const known = connection.models['Stranger'] as Model<unknown> | undefined;
  if (known !== undefined) return known;
  const schema: Schema = new Schema({ reference: String }, { strictQuery: true });
  return connection.model<unknown>('Stranger', schema as never, 'invoices');
};

/** Somebody kept a cursor of the neighbour's, and reads on in it here. */
const readOn = async (
  { neighbour }: Hands,
  open: (db: mongo.Db) => Pick<mongo.Collection, 'find'>,
): Promise<unknown> => {
  const { model, bound } = neighbour;
  const cursor = withinScope(bound, () =>
    open(model.db.db!).find({ tenantId: bound.tenantId }, { batchSize: 1 }),
  );
  await withinScope(bound, () => cursor.next());
  return cursor.next();
};

/** Whoever compares it sees one id; the driver has it write another. */
const writtenAs = (written: Types.ObjectId, shown: Types.ObjectId): Types.ObjectId => {
  const serializeInto = (...to: never[]): unknown =>
    (written as unknown as { serializeInto(...to: never[]): unknown }).serializeInto(...to);
  return Object.assign(new Types.ObjectId(shown.toHexString()), { serializeInto });
};

const DETOURS: Detour[] = [
  [
    1,
    'a query of Mongoose built here and awaited in the neighbour’s context',
    ({ model, asOther }) => {
      const built = model.find();
      return asOther(async () => await built.exec());
    },
  ],
  [
    1,
    'the rest of a cursor that the neighbour opened',
    (hands) => readOn(hands, () => hands.neighbour.model.collection as never),
  ],
  [
    1,
    'the rest of a cursor that the neighbour opened with Model.db',
    (hands) => readOn(hands, (db) => db.collection('invoices')),
  ],
  [7, 'a model’s tenant that is null', ({ model }) => model.find({ tenantId: null } as object)],
  [8, 'a model’s find', ({ model }) => model.find()],
  [8, 'a model’s find by cursor', ({ model }) => model.find().sort({ _id: -1 }).cursor().next()],
  [8, 'a model’s distinct', ({ model }) => model.distinct('reference')],
  [8, 'a model’s countDocuments', ({ model }) => model.countDocuments(), (result) => Number(result) > 1],
  [8, 'a model’s exists', ({ model, theirs }) => model.exists({ _id: theirs }), (result) => result !== null],
  [
    8,
    'a model’s explain',
    ({ model }) => model.findOne({ reference: 'x' }).explain(),
    (result) => result !== null && typeof result === 'object',
  ],
  [
    9,
    'populate',
    ({ model, ownInvoice, theirs }) =>
      model.populate({ _id: ownInvoice, parentId: theirs }, { path: 'parentId', model: model as never }),
  ],
  [
    9,
    'a virtual populate',
    async ({ model, ownInvoice }) => {
      const populated = await model.populate(model.hydrate({ _id: ownInvoice }), { path: 'children' });
      return populated.get('children') as unknown;
    },
  ],
  [
    9,
    'populate of a hydrated document',
    async ({ model, ownInvoice, theirs }) =>
      model
        .hydrate({ _id: ownInvoice, parentId: theirs })
        .populate({ path: 'parentId', model: model as never }),
  ],
  [10, 'a model’s pipeline', ({ model }) => model.aggregate([{ $sort: { _id: 1 } }])],
  [
    10,
    'a model’s plain $lookup',
    ({ model, own }) =>
      model.aggregate([
        { $match: { tenantId: own } },
        { $lookup: { from: 'invoices', localField: 'parentId', foreignField: '_id', as: 'x' } },
      ]),
  ],
  [
    11,
    'a schema without tenantId over the tenants’ collection',
    (hands) => strangerOf(hands).find({ tenantId: hands.own } as object),
  ],
  [
    11,
    'a filter by a field that no schema knows',
    ({ model, own }) => model.find({ tenant: own } as object, null, { strictQuery: true }),
  ],
  [
    12,
    'estimatedDocumentCount',
    ({ model }) => model.estimatedDocumentCount(),
    (result) => Number(result) > 1,
  ],
  [12, 'Model.collection', ({ model }) => model.collection.find({}).toArray()],
  [
    12,
    'the driver’s collection inside of Model.collection',
    ({ model }) =>
      (model.collection as unknown as { collection: Hands['model']['collection'] }).collection
        .find({})
        .toArray(),
  ],
  [
    12,
    'a collection of the connection',
    ({ connection }) => connection.collection('invoices').find({}).toArray(),
  ],
  [
    12,
    'Model.collection by an id that is written as another',
    ({ model, own, other }) => model.collection.find({ tenantId: writtenAs(other, own) }).toArray(),
  ],
  [
    12,
    'Model.db by an id that is written as another',
    ({ model, own, other }) =>
      model.db
        .db!.collection('invoices')
        .find({ tenantId: writtenAs(other, own) })
        .toArray(),
  ],
  [12, 'Model.db', ({ model }) => model.db.db!.collection('invoices').find({}).toArray()],
  [
    12,
    'the client behind Model.db',
    ({ model, db }) => model.db.getClient().db(db.databaseName).collection('invoices').find({}).toArray(),
  ],
  [12, 'a command of Model.db', async ({ model }) => model.db.db!.command({ find: 'invoices', filter: {} })],
  [
    12,
    'a command of Model.db that serialises itself',
    ({ model }) => {
      const sent = { find: 'invoices', filter: {}, $db: model.db.db!.databaseName };
      return model.db.db!.command({ ping: 1, toBSON: () => sent });
    },
  ],
  [
    12,
    'a pipeline over a shared collection of Model.db',
    ({ model }) =>
      model.db
        .db!.collection('rates')
        .aggregate([{ $lookup: { from: 'invoices', pipeline: [], as: 'x' } }])
        .toArray(),
  ],
  [
    12,
    'a pipeline over a shared collection of Model.db that serialises itself',
    ({ model }) =>
      model.db
        .db!.collection('rates')
        .aggregate(Object.assign([], { toBSON: () => [{ $unionWith: 'invoices' }] }))
        .toArray(),
  ],
  [
    12,
    'a model on another connection',
    ({ model, connection }) => loose(loose(model)['useConnection']!(connection)).find(),
  ],
  [13, 'find without middleware', ({ model }) => model.find({}, null, { middleware: false } as never)],
  [
    13,
    'aggregate without middleware',
    ({ model }) => model.aggregate([{ $match: {} }], { middleware: false } as never),
  ],
  [
    13,
    'updateMany without middleware',
    ({ model }) => model.updateMany({}, PAY, { middleware: false } as never),
  ],
  [14, 'a model’s deleteOne', ({ model, theirs }) => model.deleteOne({ _id: theirs })],
  [14, 'a model’s deleteMany', ({ model }) => model.deleteMany({})],
  [14, 'a model’s updateMany', ({ model }) => model.updateMany({}, PAY)],
  [
    14,
    'a model’s replaceOne',
    ({ model, theirs, document, own }) => model.replaceOne({ _id: theirs }, document(own)),
  ],
  [14, 'a model’s findOneAndUpdate', ({ model, theirs }) => model.findOneAndUpdate({ _id: theirs }, PAY)],
  [
    14,
    'a model’s findOneAndReplace',
    ({ model, theirs, document, own }) => model.findOneAndReplace({ _id: theirs }, document(own)),
  ],
  [14, 'a model’s findOneAndDelete', ({ model, theirs }) => model.findOneAndDelete({ _id: theirs })],
  [
    15,
    'a model’s bulkWrite by the neighbour’s id',
    ({ model, theirs }) => model.bulkWrite([{ updateOne: { filter: { _id: theirs }, update: PAY } }]),
  ],
  [
    15,
    'a bulkWrite’s statement with two names, the second of the neighbour',
    ({ model, own, theirs, document, other }) =>
      model.collection.bulkWrite([
        {
          updateOne: { filter: { tenantId: own }, update: PAY },
          replaceOne: { filter: { _id: theirs }, replacement: document(other) },
        } as mongo.AnyBulkWriteOperation,
      ]),
  ],
  [
    15,
    'a model’s insertMany of documents of the neighbour',
    ({ model, document, other }) => model.insertMany([document(other)]),
  ],
  [15, 'an insert of no tenant', ({ model, document }) => model.collection.insertOne({ ...document() })],
  [16, 'save of a smuggled document', (hands) => smuggled(hands).save()],
  [16, 'updateOne of a smuggled document', (hands) => smuggled(hands).updateOne(PAY)],
  [16, 'deleteOne of a smuggled document', (hands) => smuggled(hands).deleteOne()],
  [16, 'bulkSave of a smuggled document', (hands) => hands.model.bulkSave([smuggled(hands)])],
  [
    17,
    'an update pipeline',
    ({ model, own, other }) =>
      model.updateMany({ tenantId: own }, [{ $set: { tenantId: other } }], { updatePipeline: true } as never),
  ],
  [
    17,
    'overwriteImmutable',
    ({ model, own, other }) =>
      model.updateMany({ tenantId: own }, { $set: { tenantId: other } }, { overwriteImmutable: true }),
  ],
  [
    17,
    'a replacement with another tenant',
    ({ model, own, document, other }) =>
      model.replaceOne({ tenantId: own }, document(other), { overwriteImmutable: true } as never),
  ],
  [
    17,
    'the driver’s $set of tenantId',
    ({ model, own, other }) => model.collection.updateOne({ tenantId: own }, { $set: { tenantId: other } }),
  ],
  [
    17,
    'the driver’s $rename to a name that serialises itself',
    ({ model, own }) =>
      model.collection.updateOne({ tenantId: own }, {
        $rename: { parentId: { toBSON: () => 'tenantId' } },
      } as never),
  ],
];

const BESIDE = 'the driver’s database is no model’s';

const BLIND: Partial<Record<string, Partial<Record<Net, string>>>> = {
  'the rest of a cursor that the neighbour opened with Model.db': { schema: BESIDE },
  'Model.db': { schema: BESIDE },
  'Model.db by an id that is written as another': { schema: BESIDE },
  'the client behind Model.db': { schema: BESIDE },
  'a command of Model.db': { schema: BESIDE },
  'a command of Model.db that serialises itself': { schema: BESIDE },
  'a pipeline over a shared collection of Model.db': { schema: BESIDE },
  'a pipeline over a shared collection of Model.db that serialises itself': { schema: BESIDE },
};

/** Past the repository, within the scope of an operation of this tenant's: as if the repository itself did it. */
export const DETOUR_ATTACKS: Attack[] = DETOURS.map(([leak, name, attempt, shown]) => ({
  leak,
  name,
  attempt: (hands) => withinScope(hands.bound, () => attempt(hands)),
  ...(shown === undefined ? {} : { shown }),
  blind: { repository: AROUND, ...BLIND[name] },
}));
