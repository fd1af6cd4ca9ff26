import { contractClient } from '../testing/contract-client';

describe('aggregates', () => {
  const { db, fresh } = contractClient('aggregates');

  it('groups, counts and averages', async () => {
    const payments = fresh();
    await payments.insertMany([
      { tenant: 'a', amount: 100, status: 'CAPTURED' },
      { tenant: 'a', amount: 300, status: 'CAPTURED' },
      { tenant: 'a', amount: 7, status: 'FAILED' },
      { tenant: 'b', amount: 50, status: 'CAPTURED' },
    ]);
    const totals = await payments
      .aggregate([
        { $match: { status: 'CAPTURED' } },
        {
          $group: { _id: '$tenant', sum: { $sum: '$amount' }, count: { $sum: 1 }, mean: { $avg: '$amount' } },
        },
        { $sort: { _id: 1 } },
      ])
      .toArray();
    expect(totals).toEqual([
      { _id: 'a', sum: 400, count: 2, mean: 200 },
      { _id: 'b', sum: 50, count: 1, mean: 50 },
    ]);
  });

  it('joins, unwinds and takes facets', async () => {
    const [orders, customers] = [fresh(), fresh()];
    await customers.insertMany([{ name: 'Ada' }, { name: 'Bob' }]);
    await orders.insertMany([
      { by: 'Ada', total: 3 },
      { by: 'Ada', total: 4 },
    ]);
    const lookup = { from: orders.collectionName, localField: 'name', foreignField: 'by', as: 'orders' };
    const spent = { $project: { _id: 0, name: 1, spent: { $sum: '$orders.total' } } };
    expect(await customers.aggregate([{ $lookup: lookup }, spent, { $sort: { name: 1 } }]).toArray()).toEqual(
      [
        { name: 'Ada', spent: 7 },
        { name: 'Bob', spent: 0 },
      ],
    );
    const facets = { all: [{ $count: 'n' }], large: [{ $match: { total: { $gt: 3 } } }, { $count: 'n' }] };
    expect(await orders.aggregate([{ $facet: facets }]).toArray()).toEqual([
      { all: [{ n: 2 }], large: [{ n: 1 }] },
    ]);
  });

  it('groups by day through a formatted date', async () => {
    const collection = fresh();
    const days = [
      '2024-02-28T23:59:59Z',
      '2024-02-29T00:00:00Z',
      '2024-02-29T23:59:59Z',
      '2024-03-01T00:00:00Z',
    ];
    await collection.insertMany(days.map((day) => ({ at: new Date(day) })));
    const day = { $dateToString: { date: '$at', format: '%Y-%m-%d', timezone: 'UTC' } };
    const counted = await collection
      .aggregate([{ $group: { _id: day, n: { $sum: 1 } } }, { $sort: { _id: 1 } }])
      .toArray();
    expect(counted).toEqual([
      { _id: '2024-02-28', n: 1 },
      { _id: '2024-02-29', n: 2 },
      { _id: '2024-03-01', n: 1 },
    ]);
  });

  it('counts, tells distinct values and explains', async () => {
    const collection = fresh();
    await collection.insertMany([{ k: 'x' }, { k: 'y' }, { k: 'x' }]);
    expect(await collection.countDocuments({ k: 'x' })).toBe(2);
    expect(await collection.estimatedDocumentCount()).toBe(3);
    expect((await collection.distinct('k')).sort()).toEqual(['x', 'y']);
    expect(await collection.find({ k: 'x' }).explain()).toHaveProperty('queryPlanner');
  });

  it('refuses a stage that does not exist', async () => {
    await expect(
      db
        .collection('none')
        .aggregate([{ $nonsense: {} }])
        .toArray(),
    ).rejects.toMatchObject({ code: 40324 });
  });
});
