import fc from 'fast-check';
import { parseBound, parseInstant } from './instant';

describe('an instant', () => {
  it.each([
    ['2026-11-24', '2026-11-24T00:00:00.000Z'],
    ['2026-11-24T09:30:00Z', '2026-11-24T09:30:00.000Z'],
    ['2026-11-24t09:30:00z', '2026-11-24T09:30:00.000Z'],
    ['2026-11-24T09:30:00.123456Z', '2026-11-24T09:30:00.123Z'],
    ['2026-11-24T00:30:00+02:00', '2026-11-23T22:30:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, instant) => expect(parseInstant(text)?.toISOString()).toBe(instant));

  it.each([
    '2026-02-29',
    '2026-02-30T00:00:00Z',
    '2026-13-01',
    '2026-00-10',
    '2026-11-00',
    '2026-11-24T24:00:00Z',
    '2026-11-24T23:60:00Z',
    '2026-11-24T23:59:60Z',
    '2026-11-24T09:30:00',
    '2026-11-24T09:30Z',
    '2026-11-24 09:30:00Z',
    '2026-11-24T09:30:00+24:00',
    '20261124',
    '1764000000',
    'yesterday',
    '',
    ' 2026-11-24',
    '2026-11-24\n',
    '+02026-11-24',
  ])('refuses %p', (text) => expect(parseInstant(text)).toBeNull());

  it.each([
    ['2026-11-24', '2026-11-24T00:00:00.000Z'],
    ['2026-11-24T09:30:00.877Z', '2026-11-24T09:30:00.877Z'],
    ['2026-11-24T09:30:00.8770000Z', '2026-11-24T09:30:00.877Z'],
    ['2026-11-24T09:30:00.8771Z', '2026-11-24T09:30:00.878Z'],
    ['2026-11-24T09:30:00.8779+02:00', '2026-11-24T07:30:00.878Z'],
    ['2026-11-24T23:59:59.99900001Z', '2026-11-25T00:00:00.000Z'],
    ['1969-12-31T23:59:59.0001Z', '1969-12-31T23:59:59.001Z'],
  ])('%s as a bound is %s', (text, instant) => expect(parseBound(text)?.toISOString()).toBe(instant));

  it('refuses a bound that is not an instant', () => expect(parseBound('2026-02-30')).toBeNull());

  it('survives being written and read', () => {
    const dates = fc.date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(dates, (date) => {
        expect(parseInstant(date.toISOString())).toEqual(date);
        expect(parseInstant(date.toISOString().slice(0, 10))?.toISOString().slice(0, 10)).toBe(
          date.toISOString().slice(0, 10),
        );
      }),
    );
  });

  it('is a valid date whenever it is one at all', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}))?$/),
        (text) => {
          const instant = parseInstant(text);
          if (instant !== null) expect(Number.isNaN(instant.getTime())).toBe(false);
        },
      ),
    );
  });
});
