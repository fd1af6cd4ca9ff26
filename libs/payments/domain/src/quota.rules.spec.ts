import fc from 'fast-check';
import { quotaPeriod, secondsToMonthEnd, thresholdsReached } from './quota.rules';

const instant = fc.date({
  min: new Date('2000-01-01T00:00:00Z'),
  max: new Date('2100-01-01T00:00:00Z'),
  noInvalidDate: true,
});

describe('thresholds of use', () => {
  it.each([
    [7, 10, [], []],
    [8, 10, [], [80]],
    [8, 10, [80], []],
    [9, 10, [80], []],
    [10, 10, [80], [100]],
    [1, 1, [], [80, 100]],
    [12, 10, [], [80, 100]],
    [799, 1_000, [], []],
    [800, 1_000, [], [80]],
    [0, 0, [], [80, 100]],
    [8, 10, undefined, [80]],
  ])('%d of %d, with %j raised: %j', (used, limit, raised, reached) => {
    expect(thresholdsReached(used, limit, raised)).toEqual(reached);
  });

  it('are each reached once on the way up, whatever the limit and the steps', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 30 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), steps, (limit, taken) => {
        let used = 0;
        const raised: number[] = [];
        for (const step of taken) {
          used = Math.min(limit, used + step);
          raised.push(...thresholdsReached(used, limit, raised));
        }
        expect(raised).toEqual([80, 100].filter((percent) => used * 5 >= (percent / 20) * limit));
      }),
    );
  });
});

describe('the quota month', () => {
  it('is the UTC month', () => {
    expect(quotaPeriod(new Date('2026-11-30T23:59:59.999Z'))).toBe('2026-11');
    expect(quotaPeriod(new Date('2026-12-01T00:00:00.000Z'))).toBe('2026-12');
    expect(quotaPeriod(new Date('2026-12-01T01:00:00+02:00'))).toBe('2026-11');
  });

  it('is over, and another one has begun, after the seconds that it says', () => {
    fc.assert(
      fc.property(instant, (now) => {
        const seconds = secondsToMonthEnd(now);
        expect(seconds).toBeGreaterThanOrEqual(1);
        expect(quotaPeriod(new Date(now.getTime() + seconds * 1000))).not.toBe(quotaPeriod(now));
        expect(quotaPeriod(new Date(now.getTime() + (seconds - 1) * 1000 - 1))).toBe(
          seconds === 1 ? quotaPeriod(new Date(now.getTime() - 1)) : quotaPeriod(now),
        );
      }),
    );
  });
});
