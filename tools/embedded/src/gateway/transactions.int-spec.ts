import { MongoClient, type ClientSession, type Collection } from 'mongodb';
import { contractClient, failure } from '../testing/contract-client';

jest.setTimeout(300_000);

describe('transactions', () => {
  const { client, db, fresh } = contractClient('transactions');

  const inTransaction = <T>(work: (session: ClientSession) => Promise<T>): Promise<T> =>
    client.withSession((session) => session.withTransaction(() => work(session)));

  const counter = async (): Promise<Collection> => {
    const collection = fresh();
    await collection.insertOne({ _id: 'counter' as never, n: 0 });
    return collection;
  };

  it('take effect as a whole', async () => {
    const collection = fresh();
    await inTransaction(async (session) => {
      await collection.insertMany([{ k: 1 }, { k: 2 }], { session });
      expect(await collection.countDocuments({}, { session })).toBe(2);
      expect(await collection.countDocuments()).toBe(0);
    });
    expect(await collection.countDocuments()).toBe(2);
  });

  it('leave nothing when they are aborted', async () => {
    const collection = await counter();
    const aborted = inTransaction(async (session) => {
      await collection.updateOne({}, { $inc: { n: 1 } }, { session });
      throw new Error('changed my mind');
    });
    await expect(aborted).rejects.toThrow('changed my mind');
    expect(await collection.findOne()).toMatchObject({ n: 0 });
  });

  it('read from one snapshot', async () => {
    const collection = await counter();
    await inTransaction(async (session) => {
      expect(await collection.findOne({}, { session })).toMatchObject({ n: 0 });
      await collection.updateOne({}, { $inc: { n: 1 } });
      expect(await collection.findOne({}, { session })).toMatchObject({ n: 0 });
    });
  });

  it('conflict when two write one document: the second fails and may try again', async () => {
    const collection = await counter();
    const [first, second] = [client.startSession(), client.startSession()];
    first.startTransaction();
    second.startTransaction();
    await collection.updateOne({}, { $inc: { n: 1 } }, { session: first });
    const error = await failure(collection.updateOne({}, { $inc: { n: 1 } }, { session: second }));
    expect(error).toMatchObject({ code: 112, codeName: 'WriteConflict' });
    expect(
      (error['hasErrorLabel'] as (label: string) => boolean).call(error, 'TransientTransactionError'),
    ).toBe(true);
    await first.commitTransaction();
    await second.abortTransaction();
    await Promise.all([first.endSession(), second.endSession()]);
    expect(await collection.findOne()).toMatchObject({ n: 1 });
  });

  it('count exactly, however many at once', async () => {
    const collection = await counter();
    const increment = () =>
      inTransaction(async (session) => {
        const { n } = (await collection.findOne({}, { session })) as unknown as { n: number };
        await collection.updateOne({}, { $set: { n: n + 1 } }, { session });
      });
    await Promise.all(Array.from({ length: 25 }, increment));
    expect(await collection.findOne()).toMatchObject({ n: 25 });
  });

  it('come to their end, however many are begun at once over few connections', async () => {
    const collection = fresh();
    await db.createCollection(collection.collectionName);
    const narrow = new MongoClient(process.env['TEST_MONGODB_URI'] ?? '', { maxPoolSize: 20 });
    const insert = (from: MongoClient) => (n: number) =>
      from.withSession((session) =>
        session.withTransaction(async () => {
          await from.db(db.databaseName).collection(collection.collectionName).insertOne({ n }, { session });
          await collection.findOne({ n });
        }),
      );
    const numbers = Array.from({ length: 150 }, (_, n) => n);
    await Promise.all([...numbers.map(insert(client)), ...numbers.slice(50).map(insert(narrow))]);
    await narrow.close();
    expect(await collection.countDocuments()).toBe(250);
  });

  it('make collections, also after their first read', async () => {
    const [read, made] = [await counter(), fresh()];
    await inTransaction(async (session) => {
      await read.findOne({}, { session });
      await made.insertOne({ k: 1 }, { session });
    });
    expect(await made.countDocuments()).toBe(1);
  });

  it('upsert one document, however many at once', async () => {
    const collection = fresh();
    await collection.createIndex({ k: 1 }, { unique: true });
    const upsert = () =>
      inTransaction((session) =>
        collection.updateOne({ k: 'x' }, { $inc: { n: 1 } }, { upsert: true, session }),
      );
    await Promise.all(Array.from({ length: 20 }, upsert));
    expect(await collection.find().toArray()).toEqual([expect.objectContaining({ k: 'x', n: 20 })]);
  });

  it('can be committed again, and not continued', async () => {
    const collection = await counter();
    const session = client.startSession();
    session.startTransaction();
    await collection.updateOne({}, { $inc: { n: 1 } }, { session });
    await session.commitTransaction();
    await session.commitTransaction();
    expect(await collection.findOne()).toMatchObject({ n: 1 });
    await session.endSession();
  });
});
