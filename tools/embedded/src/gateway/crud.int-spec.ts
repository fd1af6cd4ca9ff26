import { MongoClient } from 'mongodb';

describe('CRUD', () => {
  it('inserts and finds', async () => {
    const client = new MongoClient(process.env['TEST_MONGODB_URI'] as string);
    const c = client.db('gateway_crud').collection('a');
    await c.insertOne({ a: 1 });
    expect(await c.findOne({ a: 1 })).toMatchObject({ a: 1 });
    await client.close();
  });
});
