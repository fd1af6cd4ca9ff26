import type { Collection } from 'mongodb';
import { contractClient, failure } from '../testing/contract-client';

describe('a duplicate key', () => {
  const { client, db, fresh } = contractClient('duplicates');

  const withUnique = async (): Promise<Collection> => {
    const collection = fresh();
    await collection.createIndex({ tenant: 1, 'customer.ref': 1 }, { unique: true });
    await collection.insertOne({ _id: 'one' as never, tenant: 'a', customer: { ref: 'x' } });
    return collection;
  };

  const expected = (collection: Collection) => {
    const namespace = `${db.databaseName}.${collection.collectionName}`;
    const index = 'tenant_1_customer.ref_1';
    return {
      code: 11000,
      keyPattern: { tenant: 1, 'customer.ref': 1 },
      keyValue: { tenant: 'a', 'customer.ref': 'x' },
      message: `E11000 duplicate key error collection: ${namespace} index: ${index} dup key: { tenant: "a", customer.ref: "x" }`,
    };
  };

  it('on insert', async () => {
    const collection = await withUnique();
    const error = await failure(collection.insertOne({ tenant: 'a', customer: { ref: 'x' } }));
    expect(error).toMatchObject(expected(collection));
  });

  it('on the _id', async () => {
    const collection = await withUnique();
    const error = await failure(collection.insertOne({ _id: 'one' as never }));
    expect(error).toMatchObject({ code: 11000, keyPattern: { _id: 1 }, keyValue: { _id: 'one' } });
  });

  it('on update, and on an upsert that another index refuses', async () => {
    const collection = await withUnique();
    await collection.insertOne({ _id: 'two' as never, tenant: 'a' });
    const set = { $set: { tenant: 'a', 'customer.ref': 'x' } };
    expect(await failure(collection.updateOne({ _id: 'two' as never }, set))).toMatchObject({
      code: 11000,
      keyPattern: { tenant: 1, 'customer.ref': 1 },
    });
    const upsert = collection.updateOne({ _id: 'three' as never }, set, { upsert: true });
    expect(await failure(upsert)).toMatchObject({ code: 11000 });
  });

  it('on findOneAndUpdate', async () => {
    const collection = await withUnique();
    await collection.insertOne({ _id: 'two' as never, tenant: 'b', customer: { ref: 'x' } });
    const error = await failure(
      collection.findOneAndUpdate({ _id: 'two' as never }, { $set: { tenant: 'a' } }),
    );
    expect(error).toMatchObject(expected(collection));
  });

  it('in a bulk write: an ordered one stops there, an unordered one goes on', async () => {
    const duplicate = { insertOne: { document: { tenant: 'a', customer: { ref: 'x' } } } };
    const other = (ref: string) => ({ insertOne: { document: { tenant: 'a', customer: { ref } } } });
    const ordered = await withUnique();
    const error = await failure(ordered.bulkWrite([other('1'), duplicate, other('2')]));
    expect(error).toMatchObject({ code: 11000, writeErrors: [{ index: 1, code: 11000 }], insertedCount: 1 });
    const unordered = await withUnique();
    const all = await failure(
      unordered.bulkWrite([duplicate, other('1'), duplicate, other('2')], { ordered: false }),
    );
    expect(all).toMatchObject({ code: 11000, writeErrors: [{ index: 0 }, { index: 2 }], insertedCount: 2 });
  });

  it('in a transaction, which it ends', async () => {
    const collection = await withUnique();
    const transaction = client.withSession((session) =>
      session.withTransaction(async () => {
        await collection.insertOne({ tenant: 'c' }, { session });
        await collection.insertOne({ tenant: 'a', customer: { ref: 'x' } }, { session });
      }),
    );
    expect(await failure(transaction)).toMatchObject(expected(collection));
    expect(await collection.countDocuments()).toBe(1);
  });
});
