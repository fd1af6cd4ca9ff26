import { MongoClient, type Collection, type Db } from 'mongodb';

/**
 * A database of its own on the server under test. The tests that use it state what MongoDB itself does:
 * they hold for a real one in TEST_MONGODB_URI too.
 */
export interface ContractClient {
  client: MongoClient;
  db: Db;
  /** A collection that no other test uses. */
  fresh(): Collection;
}

/** Connects before, empties and disconnects after the tests of the file that calls it. */
export function contractClient(name: string): ContractClient {
  const client = new MongoClient(process.env['TEST_MONGODB_URI'] ?? '');
  const db = client.db(`contract_${name}_${process.pid}`);
  let made = 0;
  afterAll(async () => {
    await db.dropDatabase();
    await client.close();
  });
  return { client, db, fresh: () => db.collection(`c${(made += 1)}`) };
}

/** What an operation that must fail fails with. */
export const failure = (operation: Promise<unknown>): Promise<Record<string, unknown>> =>
  operation.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => error as Record<string, unknown>,
  );
