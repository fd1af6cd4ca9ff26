import fc from 'fast-check';
import { CURRENCIES, exponentOf, type Currency } from '@financeops/core/money';
import { MAX_AMOUNT } from '@financeops/payments/domain';
import { decimalToMinor, minorToDecimal } from './amount.rules';

const MOST = BigInt(MAX_AMOUNT);

const currency = fc.constantFrom(...CURRENCIES);
const of = (text: string, code = 'EUR') => decimalToMinor(text, code as Currency);

describe('amounts in major units', () => {
  it.each([
    ['12.50', 'EUR', 1250n],
    ['12.5', 'EUR', 1250n],
    ['12', 'EUR', 1200n],
    ['.5', 'EUR', 50n],
    ['12.', 'EUR', 1200n],
    ['0.01', 'EUR', 1n],
    ['0012.50', 'EUR', 1250n],
    ['1250', 'JPY', 1250n],
    ['1.25', 'KWD', 1250n],
    ['1.2345', 'CLF', 12345n],
    ['9999999999.99', 'EUR', MOST],
    ['999999999999', 'JPY', MOST],
  ])('%s %s', (text, code, amount) => expect(of(text, code)).toEqual({ amount }));

  it.each([
    ['12.345', 'EUR', 'has 3 decimals; EUR has 2'],
    ['1.000', 'EUR', 'has 3 decimals; EUR has 2'],
    ['12.0', 'JPY', 'has 1 decimals; JPY has none'],
    ['0', 'EUR', 'more than zero'],
    ['0.00', 'EUR', 'more than zero'],
    ['-12.50', 'EUR', 'must not be negative'],
    ['10000000000.00', 'EUR', 'not be more than 9999999999.99'],
    ['1000000000000', 'JPY', 'not be more than 999999999999'],
    ['9'.repeat(1_000_000), 'EUR', 'more than 40 characters'],
    ['12,50', 'EUR', 'point'],
    ['1,000.00', 'EUR', 'commas'],
    ['', 'EUR', 'is empty'],
    ['.', 'EUR', 'plain decimal'],
    ['+12.50', 'EUR', 'plain decimal'],
    ['1e3', 'EUR', 'plain decimal'],
    ['0x10', 'EUR', 'plain decimal'],
    [' 12', 'EUR', 'plain decimal'],
    ['12\n', 'EUR', 'plain decimal'],
    ["1'000", 'EUR', 'plain decimal'],
    ['1 000', 'EUR', 'plain decimal'],
    ['1.2.3', 'EUR', 'plain decimal'],
    ['١٢', 'EUR', 'plain decimal'],
    ['NaN', 'EUR', 'plain decimal'],
    ['-', 'EUR', 'plain decimal'],
  ])('refuses %.30s %s: %s', (text, code, error) =>
    expect(of(text, code)).toEqual({ error: expect.stringContaining(error) }),
  );

  it('come back exactly as they were written, in every currency', () => {
    fc.assert(
      fc.property(currency, fc.bigInt({ min: 1n, max: MOST }), (code, amount) => {
        const text = minorToDecimal(amount, code);
        expect(text).toMatch(
          exponentOf(code) === 0 ? /^\d+$/ : new RegExp(`^\\d+\\.\\d{${exponentOf(code)}}$`),
        );
        expect(decimalToMinor(text, code)).toEqual({ amount });
      }),
    );
  });

  it('yield an amount within the bounds or an error for any text', () => {
    fc.assert(
      fc.property(currency, fc.oneof(fc.string(), fc.stringMatching(/^[-+]?[0-9.,e]*$/)), (code, text) => {
        const result = decimalToMinor(text, code);
        if ('error' in result) expect(result.error).not.toBe('');
        else expect(result.amount > 0n && result.amount <= MOST).toBe(true);
      }),
    );
  });
});
