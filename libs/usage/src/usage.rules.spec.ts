import fc from 'fast-check';
import { PERIOD, percentUsed, summarize } from './usage.rules';

const counts = { api_calls: 7, transactions: 333, storage_bytes: 10, bandwidth_bytes: 20 };

describe('usage rules', () => {
  it.each(['2026-01', '2026-12', '2000-01', '2099-12'])('%s is a period', (text) => {
    expect(PERIOD.test(text)).toBe(true);
  });

  it.each(['2026-13', '2026-00', '2026-1', '26-01', '0001-01', '9999-12', '2026-01-01', '2026-01\n', ''])(
    '%j is none',
    (text) => {
      expect(PERIOD.test(text)).toBe(false);
    },
  );

  it.each([
    [0, 1_000, 0],
    [1, 1_000, 0.1],
    [333, 1_000, 33.3],
    [1, 3, 33.33],
    [2, 3, 66.67],
    [1_000, 1_000, 100],
    [1_500, 1_000, 150],
    [0, 0, 100],
  ])('%d of %d is %d percent', (used, limit, percent) => {
    expect(percentUsed(used, limit)).toBe(percent);
  });

  it('never gives a percentage more than two decimals', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 1e9 }), (used, limit) => {
        const percent = percentUsed(used, limit);
        expect(Number(percent.toFixed(2))).toBe(percent);
      }),
    );
  });

  it('says of a month in which storage shrank that none was added', () => {
    const shrunk = { ...counts, storage_bytes: -5 };
    const limits = { maxTransactionsPerMonth: null };
    expect(summarize('t', '2026-01', shrunk, limits).usage.storageBytes).toBe(0);
    expect(summarize('t', '2026-01', counts, limits).usage.storageBytes).toBe(10);
  });

  it('summarizes a limited tenant', () => {
    expect(summarize('a', '2026-01', counts, { maxTransactionsPerMonth: 1_000 })).toEqual({
      tenantId: 'a',
      period: '2026-01',
      usage: { apiCalls: 7, transactions: 333, storageBytes: 10, bandwidthBytes: 20 },
      limits: { maxTransactionsPerMonth: 1_000, transactionPercentUsed: 33.3 },
    });
  });

  it('summarizes an unlimited tenant', () => {
    expect(summarize('a', '2026-01', counts, { maxTransactionsPerMonth: null }).limits).toEqual({
      maxTransactionsPerMonth: null,
      transactionPercentUsed: 0,
      unlimited: true,
    });
  });
});
