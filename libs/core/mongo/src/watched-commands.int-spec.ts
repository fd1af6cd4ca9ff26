import { randomBytes } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { commandWatchOf, watchedCommands, type ReplyListener } from './watched-commands';

const uri = process.env['TEST_MONGODB_URI']!;

describe('A client with watched commands', () => {
  const client = new MongoClient(uri, { ...watchedCommands(), maxPoolSize: 1 });
  const database = `watched_${randomBytes(6).toString('hex')}`;
  const things = client.db(database).collection('things');
  const told: string[] = [];
  let refuse: string | undefined;
  let listener: ReplyListener | undefined;
  let stop = () => {};

  const check = (name: string, command: Record<string, unknown>, to: string): ReplyListener | undefined => {
    told.push(`${name} ${to === database ? 'here' : to}`);
    if (name === refuse) throw new Error('refused');
    expect(Object.keys(command)[0]).toBe(name);
    return listener;
  };

  beforeAll(() => client.connect());
  beforeEach(() => {
    told.length = 0;
    refuse = undefined;
    listener = undefined;
    stop = commandWatchOf(client).begin(check);
  });
  afterEach(() => stop());
  afterAll(async () => {
    await client.db(database).dropDatabase();
    await client.close();
  });

  it('shows every command before it leaves, on one socket again and again', async () => {
    await things.insertMany([{ n: 1 }, { n: 2 }, { n: 3 }]);
    await things.find({}, { batchSize: 2 }).toArray();
    await things.updateOne({ n: 1 }, { $set: { n: 4 } });
    await client.db('admin').command({ ping: 1 });
    expect(told).toEqual(['insert here', 'find here', 'getMore here', 'update here', 'ping admin']);
  });

  it('shows those that fail', async () => {
    await expect(things.aggregate([{ $nothing: {} }]).toArray()).rejects.toThrow();
    await things.findOne();
    expect(told).toEqual(['aggregate here', 'find here']);
  });

  it('sends none that is refused, and the next', async () => {
    refuse = 'insert';
    await expect(things.insertOne({ n: 9 })).rejects.toThrow('refused');
    await expect(things.insertOne({ n: 9 })).rejects.toThrow('refused');
    refuse = undefined;
    await expect(things.countDocuments({ n: 9 })).resolves.toBe(0);
    expect(told).toEqual(['insert here', 'insert here', 'aggregate here']);
  });

  it('shows the documents that the driver sends in a part of their own', async () => {
    stop();
    const shown: unknown[] = [];
    stop = commandWatchOf(client).begin((_name, command) => {
      shown.push(...Object.values(command).filter(Array.isArray));
      return undefined;
    });
    await things.insertMany([{ _id: 'a' as never }, { _id: 'b' as never }]);
    expect(shown).toEqual([[{ _id: 'a' }, { _id: 'b' }]]);
  });

  it('tells the reply to whoever asked for it, and of no other command', async () => {
    const replies: unknown[] = [];
    listener = (reply) => replies.push(reply);
    await things.find({}, { batchSize: 1 }).next();
    listener = undefined;
    await things.findOne();
    expect(replies).toHaveLength(1);
    expect(String((replies[0] as { id: unknown }).id)).toMatch(/^-?[1-9]/);
  });

  it('ends with the error of whoever was told the reply', async () => {
    listener = () => {
      throw new Error('not like this');
    };
    await expect(client.db(database).command({ ping: 1 })).rejects.toThrow('not like this');
  });

  it('has one check, which only who began it can end', async () => {
    expect(() => commandWatchOf(client).begin(() => undefined)).toThrow('checked already');
    client.removeAllListeners();
    client.removeAllListeners('commandStarted');
    await things.findOne();
    expect(told).toEqual(['find here']);
    const first = stop;
    first();
    stop = commandWatchOf(client).begin(check);
    first();
    await things.findOne();
    expect(told).toEqual(['find here', 'find here']);
    stop();
    await things.findOne();
    expect(told).toHaveLength(2);
  });

  it('is not watched by the check of another client', async () => {
    const other = new MongoClient(uri, watchedCommands());
    try {
      await other.db(database).command({ ping: 1 });
      expect(told).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it('can report its commands to those who ask the driver for it, besides', async () => {
    const other = new MongoClient(uri, { ...watchedCommands(), monitorCommands: true });
    const events: string[] = [];
    other.on('commandStarted', ({ commandName }) => events.push(commandName));
    const end = commandWatchOf(other).begin(check);
    try {
      await other.db(database).command({ ping: 1 });
      expect([told, events]).toEqual([['ping here'], ['ping']]);
    } finally {
      end();
      await other.close();
    }
  });
});

describe('commandWatchOf', () => {
  it('says so when a client was opened without', () => {
    expect(() => commandWatchOf(new MongoClient(uri))).toThrow('watchedCommands()');
  });

  it('says so when the client encrypts, for which the driver takes connections of its own', () => {
    const client = new MongoClient(uri, watchedCommands());
    const encrypting = { options: { ...client.options, autoEncrypter: {} } } as unknown as MongoClient;
    expect(() => commandWatchOf(client)).not.toThrow();
    expect(() => commandWatchOf(encrypting)).toThrow('encrypts');
  });
});
