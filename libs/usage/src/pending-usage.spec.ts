import { PendingUsage, toAddition } from './pending-usage';

describe('PendingUsage', () => {
  it('adds up by tenant and metric', () => {
    const pending = new PendingUsage();
    pending.add('a', 'transactions', 1, 0, 10);
    pending.add('a', 'transactions', 2, 0, 20);
    pending.add('a', 'bandwidth_bytes', 500, 0, 30);
    pending.add('b', 'transactions', 1, 0, 40);
    const taken = pending.take(10);
    expect(taken.map(({ tenantId, amounts }) => [tenantId, Object.fromEntries(amounts)])).toEqual([
      ['a', { transactions: 3, bandwidth_bytes: 500 }],
      ['b', { transactions: 1 }],
    ]);
    expect(pending.size).toBe(0);
  });

  it('keeps months apart, each with the age of its latest count', () => {
    const pending = new PendingUsage();
    const newYear = Date.UTC(2027, 0, 1);
    pending.add('a', 'transactions', 1, newYear - 1, 1_000);
    pending.add('a', 'transactions', 1, newYear, 1_001);
    const ages = pending.take(10).map((addition) => toAddition(addition, 61_000).ageMs);
    expect(ages).toEqual([60_000, 59_999]);
  });

  it('numbers what it gives out, and never the same way twice', () => {
    const pending = new PendingUsage();
    for (const tenant of ['a', 'b', 'c']) pending.add(tenant, 'transactions', 1, 0, 0);
    const first = pending.take(2);
    pending.add('a', 'transactions', 1, 0, 0);
    expect([...first, ...pending.take(5)].map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
  });

  it('has no room without end', () => {
    const pending = new PendingUsage(1);
    expect(pending.add('a', 'transactions', 1, 0, 0)).toBe(true);
    expect(pending.add('b', 'transactions', 1, 0, 0)).toBe(false);
    expect(pending.add('a', 'transactions', 1, 0, 0)).toBe(true);
  });
});
