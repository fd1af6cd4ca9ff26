import fc from 'fast-check';
import { quotaPeriod, secondsToMonthEnd } from './quota.rules';

const instant = fc.date({
  min: new Date('2000-01-01T00:00:00Z'),
  max: new Date('2100-01-01T00:00:00Z'),
  noInvalidDate: true,
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
