import mongoose, { Schema } from 'mongoose';

describe('Mongoose', () => {
  const connection = mongoose.createConnection(process.env['TEST_MONGODB_URI'] ?? '', {
    dbName: `contract_mongoose_${process.pid}`,
  });
  const Account = connection.model(
    'Account',
    new Schema(
      {
        tenantId: { type: Schema.Types.ObjectId, required: true },
        reference: { type: String, required: true },
        balance: { type: Number, default: 0, min: 0 },
        tags: [String],
        owner: { type: Schema.Types.ObjectId, ref: 'Owner' },
      },
      { timestamps: true, optimisticConcurrency: true },
    ).index({ tenantId: 1, reference: 1 }, { unique: true }),
  );
  const Owner = connection.model('Owner', new Schema({ name: String }));
  const tenantId = new mongoose.Types.ObjectId();

  beforeAll(() => Account.init());
  beforeEach(() => Account.deleteMany());
  afterAll(async () => {
    await connection.dropDatabase();
    await connection.close();
  });

  it('saves, populates and reads lean', async () => {
    const owner = await Owner.create({ name: 'Ada' });
    await Account.create({ tenantId, reference: 'a', owner: owner._id, tags: ['x'] });
    const found = await Account.findOne({ tenantId }).populate<{ owner: { name: string } }>('owner');
    expect(found?.owner.name).toBe('Ada');
    expect(await Account.findOne({ tags: 'x' }).lean()).toMatchObject({ reference: 'a', balance: 0, __v: 0 });
  });

  it('reports a duplicate with its key', async () => {
    await Account.create({ tenantId, reference: 'a' });
    const again = Account.create({ tenantId, reference: 'a' });
    await expect(again).rejects.toMatchObject({ code: 11000, keyPattern: { tenantId: 1, reference: 1 } });
  });

  it('notices that somebody else saved first', async () => {
    await Account.create({ tenantId, reference: 'a' });
    const [mine, theirs] = [await Account.findOne(), await Account.findOne()];
    await theirs?.set('balance', 5).save();
    await expect(mine?.set('balance', 6).save()).rejects.toMatchObject({ name: 'VersionError' });
  });

  it('moves money between two documents in a transaction', async () => {
    const [from, to] = await Account.create([
      { tenantId, reference: 'from', balance: 10 },
      { tenantId, reference: 'to' },
    ]);
    await connection.transaction(async (session) => {
      await Account.updateOne({ _id: from?._id }, { $inc: { balance: -4 } }, { session });
      await Account.updateOne({ _id: to?._id }, { $inc: { balance: 4 } }, { session });
    });
    const balances = await Account.find().sort({ reference: 1 }).lean();
    expect(balances.map(({ balance }) => balance)).toEqual([6, 4]);
  });

  it('walks a cursor', async () => {
    await Account.insertMany(
      Array.from({ length: 250 }, (_, n) => ({ tenantId, reference: `${n}`, balance: n })),
    );
    let sum = 0;
    for await (const { balance } of Account.find().sort({ balance: 1 }).lean().cursor({ batchSize: 20 }))
      sum += balance;
    expect(sum).toBe((249 * 250) / 2);
  });
});
