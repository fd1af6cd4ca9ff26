import type { Collection } from 'mongodb';
import { contractClient } from '../testing/contract-client';

jest.setTimeout(300_000);

describe('fifty upserts of one document at once', () => {
  const { fresh } = contractClient('upserts');
  const fifty = (operation: () => Promise<unknown>): Promise<unknown> =>
    Promise.all(Array.from({ length: 50 }, operation));

  const withUnique = async (): Promise<Collection> => {
    const collection = fresh();
    await collection.createIndex({ tenant: 1, month: 1 }, { unique: true });
    return collection;
  };
  const key = { tenant: 'a', month: '2024-01' };
  const increment = { $inc: { n: 1 } };
  const all = (collection: Collection) =>
    collection
      .find({}, { projection: { _id: 0 } })
      .sort({ month: 1 })
      .toArray();

  it('make one by updateOne', async () => {
    const collection = await withUnique();
    await fifty(() => collection.updateOne(key, increment, { upsert: true }));
    expect(await all(collection)).toEqual([{ ...key, n: 50 }]);
  });

  it('make one by findOneAndUpdate', async () => {
    const collection = await withUnique();
    await fifty(() => collection.findOneAndUpdate(key, increment, { upsert: true }));
    expect(await all(collection)).toEqual([{ ...key, n: 50 }]);
  });

  it('make one each by bulkWrite', async () => {
    const collection = await withUnique();
    const months = ['2024-01', '2024-02', '2024-03'];
    const operations = months.map((month) => ({
      updateOne: { filter: { ...key, month }, update: increment, upsert: true },
    }));
    await fifty(() => collection.bulkWrite(operations));
    await fifty(() => collection.bulkWrite(operations, { ordered: false }));
    expect(await all(collection)).toEqual(months.map((month) => ({ ...key, month, n: 100 })));
  });

  it('make one by _id', async () => {
    const collection = fresh();
    await fifty(() => collection.updateOne({ _id: 'one' as never }, increment, { upsert: true }));
    expect(await all(collection)).toEqual([{ n: 50 }]);
  });
});

describe('fifty first inserts into one collection at once', () => {
  const { fresh } = contractClient('first_inserts');

  it('all succeed', async () => {
    const collection = fresh();
    await Promise.all(Array.from({ length: 50 }, (_, n) => collection.insertOne({ n })));
    expect(await collection.countDocuments()).toBe(50);
  });
});
