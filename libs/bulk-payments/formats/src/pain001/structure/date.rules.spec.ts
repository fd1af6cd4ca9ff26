import { dateError, dateTimeError, yearError } from './date.rules';

describe('a date', () => {
  it.each([
    '2026-03-02',
    '2024-02-29',
    '2000-02-29',
    '0001-01-01',
    '9999-12-31',
    '2026-03-02Z',
    '2026-03-02-14:00',
  ])('may be %s', (text) => expect(dateError(text)).toBeNull());

  it.each(['2026-02-29', '1900-02-29', '2026-04-31', '2026-00-10', '2026-13-01', '2026-01-00', '0000-01-01'])(
    'does not exist: %s',
    (text) => expect(dateError(text)).toBe('is a date that does not exist'),
  );

  it.each(['2026-03-02+14:01', '2026-03-02+10:60'])('has an invalid time zone: %s', (text) =>
    expect(dateError(text)).not.toBeNull(),
  );

  it.each([
    '',
    '02.03.2026',
    '2026-3-2',
    '20260302',
    '2026-03-02T00:00:00',
    ' 2026-03-02',
    '12026-01-01',
    '-2026-01-01',
  ])('is not written %j', (text) => expect(dateError(text)).toContain('YYYY-MM-DD'));
});

describe('a date and time', () => {
  it.each([
    '2026-03-02T08:30:00',
    '2026-03-02T08:30:00.123Z',
    '2026-03-02T24:00:00.0',
    '2026-03-02T23:59:59+14:00',
  ])('may be %s', (text) => expect(dateTimeError(text)).toBeNull());

  it.each([
    ...[
      '2026-03-02',
      '2026-03-02T08:30',
      '2026-03-02 08:30:00',
      '2026-03-02T24:00:01',
      '2026-03-02T23:59:60',
    ],
    ...[
      '2026-03-02T25:00:00',
      '2026-02-30T08:00:00',
      '2026-03-02T08:00:00.',
      `2026-03-02T08:00:00.${'1'.repeat(600)}`,
    ],
  ])('is not %j', (text) => expect(dateTimeError(text)).not.toBeNull());
});

it('a year has four digits', () => {
  expect(['2026', '2026Z', '2026+02:00'].map(yearError)).toEqual([null, null, null]);
  for (const text of ['0000', '26', '12026', '', '2026-01']) expect(yearError(text)).toContain('YYYY');
});
