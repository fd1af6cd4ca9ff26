import { Decimal128, Double, Int32, Long } from 'mongodb';
import { contractClient } from '../testing/contract-client';

describe('reading and writing documents', () => {
  const { db, fresh } = contractClient('crud');

  it('gives back what was inserted, types unchanged', async () => {
    const collection = fresh();
    const document = {
      _id: 'all-types' as never,
      int: new Int32(1),
      long: Long.fromString('9007199254740993'),
      double: new Double(1),
      decimal: Decimal128.fromString('0.10'),
      date: new Date(0),
      regex: /^a/i,
      nested: { list: [1, 'two', null, { three: true }] },
    };
    await collection.insertOne(document);
    const found = await collection.findOne({}, { promoteValues: false });
    expect(found).toMatchObject({ int: document.int, long: document.long, double: document.double });
    expect(found).toMatchObject({
      decimal: document.decimal,
      date: document.date,
      nested: { list: expect.anything() },
    });
    expect(await collection.findOne()).toMatchObject({ nested: document.nested, regex: document.regex });
  });

  it('updates, replaces and deletes one or many', async () => {
    const collection = fresh();
    await collection.insertMany([{ k: 1 }, { k: 1 }, { k: 2 }]);
    expect(await collection.updateMany({ k: 1 }, { $set: { v: 'x' } })).toMatchObject({
      matchedCount: 2,
      modifiedCount: 2,
    });
    expect(await collection.updateOne({ k: 1, v: 'x' }, { $inc: { n: 5 } })).toMatchObject({
      modifiedCount: 1,
    });
    expect(await collection.updateOne({ k: 9 }, { $set: { v: 'x' } })).toMatchObject({ matchedCount: 0 });
    expect(await collection.replaceOne({ k: 2 }, { k: 3 })).toMatchObject({ modifiedCount: 1 });
    expect(await collection.deleteOne({ k: 1 })).toMatchObject({ deletedCount: 1 });
    expect(await collection.deleteMany({})).toMatchObject({ deletedCount: 2 });
    expect(await collection.countDocuments()).toBe(0);
  });

  it('applies positional operators, array filters and pipelines', async () => {
    const collection = fresh();
    await collection.insertOne({ items: [{ q: 1 }, { q: 5 }], a: 2 });
    await collection.updateOne({ 'items.q': 1 }, { $set: { 'items.$.hit': true } });
    await collection.updateOne(
      {},
      { $set: { 'items.$[big].big': true } },
      { arrayFilters: [{ 'big.q': { $gt: 3 } }] },
    );
    await collection.updateOne({}, [{ $set: { double: { $multiply: ['$a', 2] } } }]);
    expect(await collection.findOne({}, { projection: { _id: 0 } })).toEqual({
      items: [
        { q: 1, hit: true },
        { q: 5, big: true },
      ],
      a: 2,
      double: 4,
    });
  });

  it('finds and modifies in one step', async () => {
    const collection = fresh();
    const key = { k: 'counter' };
    const counted = await collection.findOneAndUpdate(
      key,
      { $inc: { n: 1 } },
      { upsert: true, returnDocument: 'after' },
    );
    expect(counted).toMatchObject({ k: 'counter', n: 1 });
    expect(await collection.findOneAndUpdate(key, { $inc: { n: 1 } })).toMatchObject({ n: 1 });
    expect(await collection.findOneAndReplace(key, { k: 'other' })).toMatchObject({ n: 2 });
    expect(await collection.findOneAndDelete({ k: 'other' })).toMatchObject({ k: 'other' });
    expect(await collection.findOneAndDelete({ k: 'other' })).toBeNull();
  });

  it('says which documents an upsert made', async () => {
    const collection = fresh();
    const result = await collection.updateOne({ _id: 'new' as never }, { $set: { v: 1 } }, { upsert: true });
    expect(result).toMatchObject({ upsertedCount: 1, upsertedId: 'new', matchedCount: 0 });
  });

  it('writes without acknowledgement', async () => {
    const collection = fresh();
    await collection.insertOne({ k: 1 }, { writeConcern: { w: 0 } });
    // The same connection answers in order, another one may be faster: ask until it is there.
    while ((await collection.countDocuments()) === 0);
    expect(await collection.findOne()).toMatchObject({ k: 1 });
  });

  it('lists, renames and drops collections', async () => {
    const collection = fresh();
    await collection.insertOne({});
    await collection.rename('renamed');
    const names = (await db.listCollections().toArray()).map(({ name }) => name);
    expect(names).toContain('renamed');
    expect(names).not.toContain(collection.collectionName);
    expect(await db.collection('renamed').drop()).toBe(true);
  });

  it('answers an unknown command with its code', async () => {
    await expect(db.command({ noSuchCommand: 1 })).rejects.toMatchObject({
      code: 59,
      codeName: 'CommandNotFound',
    });
  });
});
