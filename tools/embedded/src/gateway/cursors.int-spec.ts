import { contractClient } from '../testing/contract-client';

describe('cursors', () => {
  const { db, client, fresh } = contractClient('cursors');
  const numbers = Array.from({ length: 1_000 }, (_, n) => ({ n, group: n % 7 }));

  const filled = async () => {
    const collection = fresh();
    await collection.insertMany(numbers.map((document) => ({ ...document })));
    return collection;
  };

  it('gives every document once over many batches', async () => {
    const collection = await filled();
    const seen = (await collection.find({}, { batchSize: 30 }).toArray()).map(({ n }) => n as number);
    expect(seen.sort((a, b) => a - b)).toEqual(numbers.map(({ n }) => n));
  });

  it('keeps the order of a sorted query over many batches, several at once', async () => {
    const collection = await filled();
    const read = () => collection.find({}, { batchSize: 30 }).sort({ n: -1 }).toArray();
    for (const documents of await Promise.all([read(), read(), read()])) {
      expect(documents.map(({ n }) => n as number)).toEqual(numbers.map(({ n }) => n).reverse());
    }
  });

  it('respects skip and limit across batches', async () => {
    const collection = await filled();
    const documents = await collection.find({}, { batchSize: 10 }).sort({ n: 1 }).skip(5).limit(45).toArray();
    expect(documents.map(({ n }) => n as number)).toEqual(numbers.slice(5, 50).map(({ n }) => n));
  });

  it('pages through groups and joins', async () => {
    const collection = await filled();
    const grouped = await collection
      .aggregate([{ $group: { _id: '$n', group: { $first: '$group' } } }, { $sort: { _id: 1 } }], {
        batchSize: 50,
      })
      .toArray();
    expect(grouped).toEqual(numbers.map(({ n, group }) => ({ _id: n, group })));
    const lookup = { from: collection.collectionName, localField: 'n', foreignField: 'group', as: 'members' };
    const joined = await collection
      .aggregate([{ $match: { n: { $lt: 7 } } }, { $lookup: lookup }, { $sort: { n: 1 } }], { batchSize: 2 })
      .toArray();
    expect(joined.map(({ members }) => (members as unknown[]).length)).toEqual([
      143, 143, 143, 143, 143, 143, 142,
    ]);
  });

  it('pages inside a transaction, which sees its own writes', async () => {
    const collection = await filled();
    await client.withSession((session) =>
      session.withTransaction(async () => {
        await collection.insertOne({ n: -1 }, { session });
        const documents = await collection.find({}, { session, batchSize: 100 }).sort({ n: 1 }).toArray();
        expect(documents.map(({ n }) => n as number)).toEqual([-1, ...numbers.map(({ n }) => n)]);
      }),
    );
  });

  it('forgets a cursor that is closed, and knows no others', async () => {
    const collection = await filled();
    const cursor = collection.find({}, { batchSize: 10 });
    await cursor.next();
    const id = cursor.id;
    await cursor.close();
    const more = db.command({ getMore: id, collection: collection.collectionName });
    await expect(more).rejects.toMatchObject({ code: 43, codeName: 'CursorNotFound' });
  });
});
