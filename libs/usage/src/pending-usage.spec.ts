import { PendingUsage, toAddition } from './pending-usage';

describe('PendingUsage', () => {
  it('adds up by tenant and metric', () => {
    const pending = new PendingUsage();
    pending.add('a', 'transactions', 1, { unixNow: 0, now: 10 });
    pending.add('a', 'transactions', 2, { unixNow: 0, now: 20 });
    pending.add('a', 'bandwidth_bytes', 500, { unixNow: 0, now: 30 });
    pending.add('b', 'transactions', 1, { unixNow: 0, now: 40 });
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
    pending.add('a', 'transactions', 1, { unixNow: newYear - 1, now: 1_000 });
    pending.add('a', 'transactions', 1, { unixNow: newYear, now: 1_001 });
    const ages = pending.take(10).map((addition) => toAddition(addition, 61_000).measured);
    expect(ages).toEqual([{ ageMs: 60_000 }, { ageMs: 59_999 }]);
  });

  it('puts what has a date of its own into the month of that date, apart from what has none', () => {
    const pending = new PendingUsage();
    const newYear = Date.UTC(2027, 0, 1);
    for (const at of [newYear - 1, null, newYear, newYear + 5])
      pending.add('a', 'transactions', 1, { unixNow: newYear + 10, now: 0, at });
    const taken = pending.take(10);
    expect(
      taken.map((addition) => [
        addition.period,
        addition.amounts.get('transactions'),
        toAddition(addition, 7).measured,
      ]),
    ).toEqual([
      ['2026-12', 1, { at: newYear - 1 }],
      ['2027-01', 1, { ageMs: 7 }],
      ['2027-01', 2, { at: newYear }],
    ]);
  });

  it('numbers what it gives out, and never the same way twice', () => {
    const pending = new PendingUsage();
    for (const tenant of ['a', 'b', 'c']) pending.add(tenant, 'transactions', 1, { unixNow: 0, now: 0 });
    const first = pending.take(2);
    pending.add('a', 'transactions', 1, { unixNow: 0, now: 0 });
    expect([...first, ...pending.take(5)].map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
  });

  it('has no room without end', () => {
    const pending = new PendingUsage(1);
    expect(pending.add('a', 'transactions', 1, { unixNow: 0, now: 0 })).toBe(true);
    expect(pending.add('b', 'transactions', 1, { unixNow: 0, now: 0 })).toBe(false);
    expect(pending.add('a', 'transactions', 1, { unixNow: 0, now: 0 })).toBe(true);
  });
});
