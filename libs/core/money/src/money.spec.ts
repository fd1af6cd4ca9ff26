import fc from 'fast-check';
import { CURRENCIES, exponentOf, isCurrency, toJsonInteger, toMinor, type Currency } from './index';

describe('currencies', () => {
  it.each([
    ['EUR', 2],
    ['USD', 2],
    ['JPY', 0],
    ['KWD', 3],
    ['CLF', 4],
    ['UYW', 4],
    ['XCG', 2],
    ['XOF', 0],
  ])('%s has %d digits after the point', (code, exponent) => {
    expect(isCurrency(code)).toBe(true);
    expect(exponentOf(code as Currency)).toBe(exponent);
  });

  it.each(['XAU', 'XAG', 'XDR', 'XTS', 'XXX', 'XSU', 'ANG', 'HRK', 'ZWL', 'eur', 'EURO', '', 'EU'])(
    '%p cannot be paid in',
    (code) => expect(isCurrency(code)).toBe(false),
  );

  it('takes nothing but a string of the list', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(isCurrency(value)).toBe(CURRENCIES.includes(value as Currency));
      }),
    );
  });

  it('names each code once', () => {
    expect(new Set(CURRENCIES).size).toBe(CURRENCIES.length);
    expect(CURRENCIES.every((code) => /^[A-Z]{3}$/.test(code))).toBe(true);
  });
});

describe('minor units', () => {
  it('survive the way to JSON and back exactly', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (amount) => {
        expect(toJsonInteger(toMinor(amount))).toBe(amount);
        expect(toMinor(JSON.parse(JSON.stringify(toJsonInteger(BigInt(amount)))) as number)).toBe(
          BigInt(amount),
        );
      }),
    );
  });

  it('are never rounded', () => {
    fc.assert(
      fc.property(
        fc.double().filter((value) => !Number.isSafeInteger(value)),
        (value) => {
          expect(() => toMinor(value)).toThrow(RangeError);
        },
      ),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 2n ** 53n }), (amount) => {
        expect(() => toJsonInteger(amount)).toThrow(RangeError);
        expect(() => toJsonInteger(-amount)).toThrow(RangeError);
      }),
    );
  });
});
