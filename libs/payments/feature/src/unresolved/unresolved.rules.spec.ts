import * as fc from 'fast-check';
import { isOverdue, mayStillCharge, pauseBefore } from './unresolved.rules';

const HOUR = 3_600_000;

describe('A payment without an answer', () => {
  it('is asked about after 30 s, 1 min, 2 min and so on', () => {
    expect([0, 1, 2, 3].map((asked) => pauseBefore(asked, 0))).toEqual([30_000, 60_000, 120_000, 240_000]);
  });

  it('is asked about at least every 66 minutes, however long it lasts', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.double({ min: 0, max: 1, noNaN: true }), (asked, random) => {
        const pause = pauseBefore(asked, random);
        expect(pause).toBeGreaterThanOrEqual(30_000);
        expect(pause).toBeLessThanOrEqual(1.1 * HOUR);
      }),
    );
  });

  it('may be charged for as long as the gateway knows its key, and is overdue after that', () => {
    const since = new Date(1_000);
    expect([mayStillCharge(since, 999 + 24 * HOUR), isOverdue(since, 999 + 24 * HOUR)]).toEqual([
      true,
      false,
    ]);
    expect([mayStillCharge(since, 1_000 + 24 * HOUR), isOverdue(since, 1_000 + 24 * HOUR)]).toEqual([
      false,
      true,
    ]);
  });
});
