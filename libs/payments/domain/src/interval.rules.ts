/** What payments are counted by, in UTC; weeks are ISO 8601's, from Monday. */
export const INTERVALS = ['hour', 'day', 'week', 'month'] as const;
export type Interval = (typeof INTERVALS)[number];

/** How MongoDB writes the interval that a date lies in (`$dateToString`; `$dateTrunc` has no say in where weeks begin). */
export const INTERVAL_FORMAT: Readonly<Record<Interval, string>> = {
  hour: '%Y-%m-%dT%H',
  day: '%Y-%m-%d',
  week: '%G-W%V',
  month: '%Y-%m',
};

const DAY_MS = 86_400_000;

/** Monday of an ISO week: week 1 is the one with 4 January (ISO 8601, 3.2.2). */
const mondayOf = (year: number, week: number): Date => {
  const fourth = Date.UTC(year, 0, 4);
  const sinceMonday = (new Date(fourth).getUTCDay() + 6) % 7;
  return new Date(fourth + (7 * (week - 1) - sinceMonday) * DAY_MS);
};

/** Where an interval begins, from its text in INTERVAL_FORMAT. */
export const intervalStart = (interval: Interval, text: string): Date => {
  if (interval === 'week') {
    const [year, week] = text.split('-W');
    return mondayOf(Number(year), Number(week));
  }
  const rest = { hour: ':00:00.000Z', day: 'T00:00:00.000Z', month: '-01T00:00:00.000Z' }[interval];
  return new Date(`${text}${rest}`);
};
