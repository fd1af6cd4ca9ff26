import fc from 'fast-check';
import { intervalStart } from './interval.rules';

const DAY_MS = 86_400_000;

/** The ISO week of a date, by counting Thursdays: a second way to the same answer. */
const isoWeek = (date: Date): string => {
  const day = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
  const thursday = day + (3 - ((new Date(day).getUTCDay() + 6) % 7)) * DAY_MS;
  const year = new Date(thursday).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * DAY_MS)) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
};

describe('where an interval begins', () => {
  it.each([
    ['hour', '2026-11-24T18', '2026-11-24T18:00:00.000Z'],
    ['day', '2026-11-24', '2026-11-24T00:00:00.000Z'],
    ['month', '2026-11', '2026-11-01T00:00:00.000Z'],
    ['week', '2026-W01', '2025-12-29T00:00:00.000Z'],
    ['week', '2026-W53', '2026-12-28T00:00:00.000Z'],
    ['week', '2021-W01', '2021-01-04T00:00:00.000Z'],
  ] as const)('%s %s begins at %s', (interval, text, start) => {
    expect(intervalStart(interval, text).toISOString()).toBe(start);
  });

  it('a week begins on the Monday at or before each of its days', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }), (date) => {
        const start = intervalStart('week', isoWeek(date));
        expect(start.getUTCDay()).toBe(1);
        const age = date.getTime() - start.getTime();
        expect(age >= 0 && age < 7 * DAY_MS).toBe(true);
      }),
    );
  });
});
