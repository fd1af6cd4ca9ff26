import { contractClient, failure } from '../testing/contract-client';

describe('indexes', () => {
  const { fresh } = contractClient('indexes');

  it('are listed as they were made', async () => {
    const collection = fresh();
    await collection.createIndexes([
      { key: { tenantId: 1, reference: 1 }, unique: true },
      { key: { expiresAt: 1 }, expireAfterSeconds: 3_600 },
      {
        key: { tenantId: 1, key: 1 },
        unique: true,
        partialFilterExpression: { key: { $type: 'string' } },
        name: 'partial',
      },
    ]);
    const listed = await collection.listIndexes().toArray();
    expect(listed).toEqual([
      expect.objectContaining({ name: '_id_', key: { _id: 1 } }),
      expect.objectContaining({
        name: 'tenantId_1_reference_1',
        key: { tenantId: 1, reference: 1 },
        unique: true,
      }),
      expect.objectContaining({ name: 'expiresAt_1', key: { expiresAt: 1 }, expireAfterSeconds: 3_600 }),
      expect.objectContaining({
        name: 'partial',
        unique: true,
        partialFilterExpression: { key: { $type: 'string' } },
      }),
    ]);
  });

  it('can be made again as they are, by many at once', async () => {
    const collection = fresh();
    const create = () =>
      collection.createIndexes([{ key: { a: 1 }, unique: true }, { key: { b: 1, c: -1 } }]);
    await Promise.all(Array.from({ length: 10 }, create));
    expect(await collection.listIndexes().toArray()).toHaveLength(3);
  });

  it('refuse other options under the same keys', async () => {
    const collection = fresh();
    await collection.createIndex({ a: 1 });
    expect([85, 86]).toContain((await failure(collection.createIndex({ a: 1 }, { unique: true })))['code']);
  });

  it('refuse to be unique over duplicates', async () => {
    const collection = fresh();
    await collection.insertMany([{ a: 1 }, { a: 1 }]);
    expect(await failure(collection.createIndex({ a: 1 }, { unique: true }))).toMatchObject({ code: 11000 });
  });

  it('hold a partial uniqueness only where the filter holds', async () => {
    const collection = fresh();
    await collection.createIndex({ k: 1 }, { unique: true, partialFilterExpression: { open: true } });
    await collection.insertMany([
      { k: 1, open: false },
      { k: 1, open: false },
      { k: 1, open: true },
    ]);
    expect(await failure(collection.insertOne({ k: 1, open: true }))).toMatchObject({ code: 11000 });
  });

  it('can be dropped', async () => {
    const collection = fresh();
    await collection.createIndex({ a: 1 });
    await collection.dropIndex('a_1');
    expect(await collection.listIndexes().toArray()).toHaveLength(1);
    expect(await failure(collection.dropIndex('a_1'))).toMatchObject({ code: 27 });
  });
});
