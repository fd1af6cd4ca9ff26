import mongoose, { Schema, type Connection } from 'mongoose';
import { appendOnlyPlugin, type AppendOnlyOptions } from './append-only.plugin';

/** A model on a connection that is never opened, before a collection that says what reached it. */
const aLog = (options?: AppendOnlyOptions) => {
  const connection: Connection = mongoose.createConnection();
  const schema = new Schema({ text: String }, { autoCreate: false, autoIndex: false });
  schema.plugin(appendOnlyPlugin, options);
  const model = connection.model('Log', schema, 'logs');
  const native = model.collection as unknown as { collection: unknown };
  const methods = [
    ...[
      'insertOne',
      'insertMany',
      'find',
      'findOne',
      'distinct',
      'createIndex',
      'createIndexes',
      'listIndexes',
    ],
    ...['updateOne', 'updateMany', 'replaceOne', 'deleteOne', 'deleteMany', 'findOneAndUpdate'],
    ...['findOneAndDelete', 'bulkWrite', 'aggregate', 'drop', 'rename'],
  ];
  native.collection = {
    collectionName: 'logs',
    ...Object.fromEntries(methods.map((name) => [name, () => 'reached'])),
  };
  return (name: string, ...args: unknown[]) => {
    try {
      return (native.collection as Record<string, (...given: unknown[]) => unknown>)[name]!(...args);
    } catch (error) {
      return (error as { reason: string }).reason;
    }
  };
};

describe('What is append-only', () => {
  it.each([
    'insertOne',
    'insertMany',
    'find',
    'findOne',
    'distinct',
    'createIndex',
    'createIndexes',
    'listIndexes',
  ])('lets %s pass', (name) => {
    expect(aLog()(name, {})).toBe('reached');
    expect(aLog({ setOnce: ['a'] })(name, {})).toBe('reached');
  });

  it.each([
    ...['updateOne', 'updateMany', 'replaceOne', 'deleteOne', 'deleteMany', 'findOneAndUpdate'],
    ...['findOneAndDelete', 'bulkWrite', 'aggregate', 'drop', 'rename'],
  ])('refuses %s', (name) => {
    expect(aLog()(name, [])).toBe(`${name} on an append-only collection`);
    expect(aLog({ setOnce: [] })(name, [])).toBe(`${name} on an append-only collection`);
  });
});

describe('Fields that are set once', () => {
  const log = aLog({ setOnce: ['seq', 'hash'] });
  const good = { filter: { _id: 1, seq: null, hash: null }, update: { $set: { hash: 'h', seq: 1 } } };
  const write = (...operations: unknown[]) => log('bulkWrite', operations);

  it('are, all together, where none of them is yet', () => {
    expect(write({ updateOne: good }, { updateOne: { ...good, upsert: false } })).toBe('reached');
  });

  it.each([
    ['another field', { ...good, update: { $set: { hash: 'h', seq: 1, text: 'x' } } }],
    ['one of them alone', { ...good, update: { $set: { seq: 1 } } }],
    ['others of as many', { ...good, update: { $set: { text: 'x', seq: 1 } } }],
    ['another operator beside', { ...good, update: { ...good.update, $unset: { text: '' } } }],
    ['another operator', { ...good, update: { $inc: { hash: 1, seq: 1 } } }],
    ['a pipeline', { ...good, update: [good.update] }],
    ['a document that may have one', { ...good, filter: { _id: 1, seq: null } }],
    ['a document that has one', { ...good, filter: { _id: 1, seq: null, hash: 'h' } }],
    ['no filter', { update: good.update }],
    ['a new document', { ...good, upsert: true }],
    ['nothing', 'x'],
  ])('are not, with %s', (_case, updateOne) => {
    const refused = 'bulkWrite on an append-only collection';
    expect(write({ updateOne })).toBe(refused);
    expect(write({ updateOne: good }, { updateOne })).toBe(refused);
  });

  it('are not by any other way', () => {
    expect(write({ updateMany: good })).toMatch(/append-only/);
    expect(write('x')).toMatch(/append-only/);
    expect(log('bulkWrite', { updateOne: good })).toMatch(/append-only/);
    expect(log('updateOne', good.filter, good.update)).toMatch(/append-only/);
    expect(log('updateMany', [{ updateOne: good }])).toMatch(/append-only/);
  });
});
