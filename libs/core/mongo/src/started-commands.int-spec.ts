import { randomBytes } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { STARTED_COMMANDS } from './started-commands.connection';

describe('A client with STARTED_COMMANDS', () => {
  const client = new MongoClient(process.env['TEST_MONGODB_URI']!, { ...STARTED_COMMANDS, maxPoolSize: 1 });
  const things = client.db(`started_${randomBytes(6).toString('hex')}`).collection('things');
  const told: string[] = [];
  let refuse: string | undefined;
  const listen = (kind: string) => (event: { commandName: string }) => {
    told.push(`${kind} ${event.commandName}`);
    if (event.commandName === refuse) throw new Error('refused');
  };

  beforeAll(async () => {
    await client.connect();
    client.on('commandStarted', listen('started'));
    client.on('commandSucceeded', listen('succeeded'));
    client.on('commandFailed', listen('failed'));
  });
  beforeEach(() => {
    told.length = 0;
    refuse = undefined;
  });
  afterAll(async () => {
    await client.db(things.dbName).dropDatabase();
    await client.close();
  });

  it('is told of every command before it leaves, on one socket again and again', async () => {
    await things.insertMany([{ n: 1 }, { n: 2 }, { n: 3 }]);
    await things.find({}, { batchSize: 2 }).toArray();
    await things.updateOne({ n: 1 }, { $set: { n: 4 } });
    expect(told).toEqual(['started insert', 'started find', 'started getMore', 'started update']);
  });

  it('is told of those that fail', async () => {
    await expect(things.aggregate([{ $nothing: {} }]).toArray()).rejects.toThrow();
    await things.findOne();
    expect(told).toEqual(['started aggregate', 'started find']);
  });

  it('is told of the next after one that its listener refused', async () => {
    refuse = 'find';
    await expect(things.findOne()).rejects.toThrow('refused');
    await expect(things.findOne()).rejects.toThrow('refused');
    refuse = undefined;
    await expect(things.findOne()).resolves.not.toBeNull();
    expect(told).toEqual(['started find', 'started find', 'started find']);
  });
});
