import fc from 'fast-check';
import { limitInForce, isTimeZone, parseTimeOfDay, scheduledLimit } from './rate-limit-schedule.rules';
import { WEEKDAYS, type RateLimitSchedule } from './rate-limit-schedule';
import { ResolvedTenant, type TenantOverrides } from './resolved-tenant';

const rush: RateLimitSchedule = {
  days: ['MON', 'TUE', 'WED', 'THU', 'FRI'],
  from: '09:00',
  to: '11:00',
  timeZone: 'America/New_York',
  requestsPerMinute: 10,
};
const at = (iso: string) => Date.parse(iso);
const inForce = (schedule: Partial<RateLimitSchedule>, iso: string) =>
  limitInForce([{ ...rush, ...schedule }], at(iso)) !== null;

describe('A schedule of rate limits', () => {
  it.each([
    ['2026-01-05T13:59:59.999Z', false],
    ['2026-01-05T14:00:00.000Z', true],
    ['2026-01-05T15:59:59.999Z', true],
    ['2026-01-05T16:00:00.000Z', false],
    // A Sunday.
    ['2026-01-04T14:30:00.000Z', false],
    // In summer nine o'clock in New York is an hour earlier.
    ['2026-07-06T12:59:59.999Z', false],
    ['2026-07-06T13:00:00.000Z', true],
  ])("goes by its zone's clocks: at %s in force is %s", (iso, expected) => {
    expect(inForce({}, iso)).toBe(expected);
  });

  it.each([
    ['2026-01-09T22:59:59Z', false],
    ['2026-01-09T23:00:00Z', true],
    ['2026-01-10T05:59:59Z', true],
    ['2026-01-10T06:00:00Z', false],
    // Saturday night is no Friday night.
    ['2026-01-10T23:30:00Z', false],
    ['2026-01-09T05:00:00Z', false],
  ])('that ends before it begins runs into the next day: at %s in force is %s', (iso, expected) => {
    expect(inForce({ days: ['FRI'], from: '23:00', to: '06:00', timeZone: 'UTC' }, iso)).toBe(expected);
  });

  it('may take the whole day, or end at midnight', () => {
    const day = { days: ['SAT' as const], timeZone: 'Asia/Tokyo' };
    expect(inForce({ ...day, from: '00:00', to: '24:00' }, '2026-01-09T14:59:59Z')).toBe(false);
    expect(inForce({ ...day, from: '00:00', to: '24:00' }, '2026-01-09T15:00:00Z')).toBe(true);
    expect(inForce({ ...day, from: '00:00', to: '24:00' }, '2026-01-10T14:59:59Z')).toBe(true);
    expect(inForce({ ...day, from: '22:00', to: '00:00' }, '2026-01-10T14:59:59Z')).toBe(true);
    expect(inForce({ ...day, from: '22:00', to: '00:00' }, '2026-01-10T15:00:00Z')).toBe(false);
  });

  const berlin = { days: ['SUN' as const], timeZone: 'Europe/Berlin' };
  it('is shorter by the hour that a clock skips, and longer by the one that it repeats', () => {
    const minutes = (schedule: Partial<RateLimitSchedule>, day: string) =>
      Array.from(
        { length: 2_880 },
        (_, minute) => at(`${day}T00:00:00Z`) - 43_200_000 + minute * 60_000,
      ).filter((now) => limitInForce([{ ...rush, ...berlin, ...schedule }], now) !== null).length;
    const night = { from: '01:30', to: '03:30' };
    expect(minutes(night, '2026-03-22')).toBe(120);
    expect(minutes(night, '2026-03-29')).toBe(60);
    expect(minutes(night, '2026-10-25')).toBe(180);
    // Begins in an hour that there isn't.
    expect(minutes({ from: '02:30', to: '03:30' }, '2026-03-29')).toBe(30);
    const overnight = { days: ['SAT' as const], from: '22:00', to: '06:00' };
    expect(minutes(overnight, '2026-03-29')).toBe(420);
    expect(minutes(overnight, '2026-10-25')).toBe(540);
  });

  it('is one of several: the tightest counts', () => {
    const others = [{ ...rush, requestsPerMinute: 5, from: '10:00' }, rush];
    expect(limitInForce(others, at('2026-01-05T14:30:00Z'))).toBe(10);
    expect(limitInForce(others, at('2026-01-05T15:30:00Z'))).toBe(5);
    expect(limitInForce(others, at('2026-01-05T17:00:00Z'))).toBeNull();
  });

  it('and its opposite, of every hour that it leaves, are never in force together, nor none of them', () => {
    const timeOfDay = fc
      .integer({ min: 0, max: 1_439 })
      .map((m) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`);
    const zone = fc.constantFrom(
      'UTC',
      'Asia/Kathmandu',
      'Pacific/Apia',
      'Europe/Berlin',
      'Australia/Lord_Howe',
    );
    fc.assert(
      fc.property(
        timeOfDay,
        timeOfDay,
        zone,
        fc.integer({ min: 0, max: 2 ** 41 }),
        (from, to, timeZone, now) => {
          fc.pre(from !== to);
          const span = { ...rush, days: [...WEEKDAYS], timeZone };
          const [one, other] = [
            limitInForce([{ ...span, from, to }], now),
            limitInForce([{ ...span, from: to, to: from }], now),
          ];
          expect([one, other].filter((limit) => limit !== null)).toHaveLength(1);
        },
      ),
    );
  });

  it('is remembered for its minute, not longer', () => {
    const schedules = [rush];
    const seen = ['13:59:59.999', '14:00:00', '14:00:59', '15:59:59.999', '16:00:00'].map((time) =>
      scheduledLimit(schedules, at(`2026-01-05T${time}Z`)),
    );
    expect(seen).toEqual([null, 10, 10, 10, null]);
  });

  it('is worked out once for all requests of a minute, by a clock that is made once', () => {
    const read = jest.spyOn(Intl.DateTimeFormat.prototype, 'formatToParts');
    const made = jest.spyOn(Intl, 'DateTimeFormat');
    const schedules = [{ ...rush, timeZone: 'Africa/Lagos' }];
    for (let second = 0; second < 60; second += 1) {
      scheduledLimit(schedules, at('2026-01-05T14:00:00Z') + second * 1_000);
    }
    expect(read).toHaveBeenCalledTimes(1);
    scheduledLimit(schedules, at('2026-01-05T14:01:00Z'));
    expect(read).toHaveBeenCalledTimes(2);
    expect(made).toHaveBeenCalledTimes(1);
    jest.restoreAllMocks();
  });
});

it.each(['00:00', '09:05', '23:59', '24:00'])('%s is a time of day', (text) => {
  expect(parseTimeOfDay(text)).toBe(Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));
});
it.each(['24:01', '25:00', '9:00', '09:60', '09:00:00', '', 'noon', '09:00\n'])('%j is none', (text) => {
  expect(parseTimeOfDay(text)).toBeNull();
});

it.each(['UTC', 'America/New_York', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'Asia/Kathmandu'])(
  '%s is a time zone',
  (name) => expect(isTimeZone(name)).toBe(true),
);
it.each(['+01:00', 'Mars/Olympus', '', 'Europe/Berlin ', '../etc/passwd', 'constructor'])(
  '%j is none',
  (name) => {
    expect(isTimeZone(name)).toBe(false);
  },
);

describe('A tenant with schedules', () => {
  const tenant = (overrides: Partial<TenantOverrides>) =>
    new ResolvedTenant({
      id: '665f1f77bcf86cd799439011',
      slug: 'corner-shop',
      name: 'Corner Shop',
      tier: 'STARTER',
      isActive: true,
      branding: { displayName: null, primaryColor: null, logoUrl: null },
      domains: [],
      overrides: { reason: 'a test', expiresAt: '2026-06-01T00:00:00Z', ...overrides },
      createdAt: '2026-01-01T00:00:00Z',
      updatedAt: '2026-01-01T00:00:00Z',
    });
  const rushHour = at('2026-01-05T14:30:00Z');
  const evening = at('2026-01-05T20:00:00Z');
  const limit = (of: ResolvedTenant, now: number) => of.getEffectiveLimits(now).requestsPerMinute;

  it('has the schedule in its hours, in other hours its override or its tier, and after their expiry the tier alone', () => {
    const scheduled = tenant({ rateLimit: { schedules: [rush] } });
    expect([limit(scheduled, rushHour), limit(scheduled, evening)]).toEqual([10, 60]);
    const both = tenant({ requestsPerMinute: null, rateLimit: { schedules: [rush] } });
    expect([limit(both, rushHour), limit(both, evening)]).toEqual([10, null]);
    expect(limit(scheduled, at('2026-06-01T14:30:00Z'))).toBe(60);
  });

  it('is in dry run only when told to, and until the expiry', () => {
    expect(tenant({ rateLimit: { dryRun: true } }).isRateLimitDryRun(evening)).toBe(true);
    expect(tenant({ rateLimit: { dryRun: true } }).isRateLimitDryRun(at('2026-06-01T00:00:00Z'))).toBe(false);
    expect(tenant({ rateLimit: { schedules: [rush] } }).isRateLimitDryRun(evening)).toBe(false);
    expect(tenant({}).isRateLimitDryRun(evening)).toBe(false);
  });
});
