import { contractClient, failure } from '../testing/contract-client';

describe('bulk writes', () => {
  const { client, db, fresh } = contractClient('bulk');

  it('mix operations on one collection', async () => {
    const collection = fresh();
    const result = await collection.bulkWrite([
      { insertOne: { document: { k: 1 } } },
      { insertOne: { document: { k: 2 } } },
      { updateOne: { filter: { k: 1 }, update: { $inc: { n: 1 } } } },
      { updateOne: { filter: { k: 1 }, update: { $inc: { n: 1 } } } },
      { updateOne: { filter: { k: 3 }, update: { $inc: { n: 1 } }, upsert: true } },
      { deleteOne: { filter: { k: 2 } } },
    ]);
    expect(result).toMatchObject({ insertedCount: 2, modifiedCount: 2, upsertedCount: 1, deletedCount: 1 });
    expect(
      await collection
        .find({}, { projection: { _id: 0 } })
        .sort({ k: 1 })
        .toArray(),
    ).toEqual([
      { k: 1, n: 2 },
      { k: 3, n: 1 },
    ]);
  });

  it('reach several collections in one command', async () => {
    const [one, two] = [fresh(), fresh()];
    const namespace = (name: string) => `${db.databaseName}.${name}`;
    const result = await client.bulkWrite([
      { namespace: namespace(one.collectionName), name: 'insertOne', document: { k: 1 } as object },
      {
        namespace: namespace(two.collectionName),
        name: 'updateOne',
        filter: { k: 2 },
        update: { $set: { v: 1 } },
        upsert: true,
      },
      {
        namespace: namespace(one.collectionName),
        name: 'updateOne',
        filter: { k: 1 },
        update: { $set: { v: 2 } },
      },
      { namespace: namespace(two.collectionName), name: 'deleteOne', filter: { k: 9 } },
    ]);
    expect(result).toMatchObject({
      insertedCount: 1,
      upsertedCount: 1,
      matchedCount: 1,
      modifiedCount: 1,
      deletedCount: 0,
    });
    expect(await one.findOne()).toMatchObject({ k: 1, v: 2 });
    expect(await two.findOne()).toMatchObject({ k: 2, v: 1 });
  });

  it('over several collections tell which operation failed', async () => {
    const collection = fresh();
    const namespace = `${db.databaseName}.${collection.collectionName}`;
    const insert = { namespace, name: 'insertOne' as const, document: { _id: 'same' as never } };
    const error = await failure(client.bulkWrite([insert, insert]));
    const writeErrors = error['writeErrors'] as Map<number, { code: number }>;
    expect([...writeErrors].map(([index, { code }]) => [index, code])).toEqual([[1, 11000]]);
  });
});
