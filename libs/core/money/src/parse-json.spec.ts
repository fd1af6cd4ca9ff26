import fc from 'fast-check';
import { parseJson } from './parse-json';

const amountOf = (text: string): unknown => (parseJson(`{"amount":${text}}`) as { amount: unknown }).amount;

describe('parseJson', () => {
  it.each([
    '0.99999999999999999999',
    '1.00000000000000001',
    '-1.00000000000000001',
    '10.00000000000000001e-1',
    '99999999999999999999.5',
    '1e-400',
    '12.000000000000000000001e0',
  ])('never reads %s as an integer', (text) => {
    expect(Number.isInteger(Number(text))).toBe(true);
    expect(Number.isInteger(amountOf(text))).toBe(false);
    expect(Number.isInteger((parseJson(`[ ${text}]`) as unknown[])[0])).toBe(false);
  });

  it.each([
    ['1.0', 1],
    ['1e3', 1_000],
    ['1.5e1', 15],
    ['100E-2', 1],
    ['10.000000000000000000000', 10],
    ['0.0e-400', 0],
    ['-0', -0],
    ['1.5', 1.5],
    ['0.1', 0.1],
    ['1e400', Infinity],
    ['12345678901234567890', 12345678901234567890],
  ])('reads %s as JSON.parse does', (text, value) => expect(amountOf(text)).toBe(value));

  it('does not change strings that look like numbers', () => {
    const text = '{"a":"x: 1.00000000000000001","b\\": 1.00000000000000001":["\\\\", ", 1e-400"]}';
    expect(parseJson(text)).toEqual(JSON.parse(text));
    expect(parseJson(`[1.0,"${'\\n1.5'.repeat(200_000)}"]`)).toHaveLength(2);
  });

  it.each([
    '',
    '{',
    '[01.00000000000000001]',
    '[1.00000000000000001.5]',
    '[+1.00000000000000001]',
    "['1.5']",
  ])('refuses %j as JSON.parse does', (text) => expect(() => parseJson(text)).toThrow(SyntaxError));

  it('is JSON.parse for all that JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value, null, 1);
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });
});
