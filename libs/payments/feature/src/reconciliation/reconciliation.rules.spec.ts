import fc from 'fast-check';
import { actualTransactions, openPeriods, periodEnd } from './reconciliation.rules';

describe('the counter of transactions', () => {
  it.each([
    ['is right', { settled: 10, counter: 10, created: 10 }, 10],
    ['lacks what is still on its way', { settled: 8, counter: 9, created: 10 }, 9],
    ['has lost some', { settled: 10, counter: 7, created: 12 }, 10],
    ['has been counted twice', { settled: 10, counter: 15, created: 12 }, 12],
    ['is gone', { settled: 10, counter: 0, created: 10 }, 10],
    ['counts what was never paid', { settled: 0, counter: 3, created: 0 }, 0],
  ])('that %s', (_what, counted, actual) => {
    expect(actualTransactions(counted)).toBe(actual);
  });

  it('is left alone while payments are merely on their way, whatever is on its way', () => {
    const some = fc.nat(1_000);
    fc.assert(
      fc.property(some, some, some, (settled, counted, pending) => {
        const counter = settled + counted;
        expect(actualTransactions({ settled, counter, created: counter + pending })).toBe(counter);
      }),
    );
  });
});

it.each([
  ['2026-11-15T00:00:00Z', ['2026-11']],
  ['2026-12-01T00:00:00Z', ['2026-12', '2026-11']],
  ['2027-01-03T23:59:59Z', ['2027-01', '2026-12']],
  ['2027-01-04T00:00:00Z', ['2027-01']],
])('at %s the months %j are open', (now, periods) => {
  expect(openPeriods(new Date(now))).toEqual(periods);
});

it.each([
  ['2026-11', '2026-12-01T00:00:00.000Z'],
  ['2026-12', '2027-01-01T00:00:00.000Z'],
  ['2028-02', '2028-03-01T00:00:00.000Z'],
])('%s ends when %s begins', (period, end) => {
  expect(periodEnd(period).toISOString()).toBe(end);
});
