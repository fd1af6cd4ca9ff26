import fc from 'fast-check';
import { hasCardNumber, maskCardNumbers } from './card-numbers';

/** Test numbers that the schemes publish. */
const CARDS = [
  '4111111111111111',
  '5555555555554444',
  '2223003122003222',
  '378282246310005',
  '6011111111111117',
  '3530111333300000',
  '30569309025904',
];

describe('A card number', () => {
  it.each(CARDS)('%s is found alone, in a sentence and in groups', (card) => {
    const grouped = card.replace(/(.{4})(?=.)/g, '$1 ');
    for (const text of [
      card,
      `card ${card}.`,
      `(${grouped})`,
      grouped.replaceAll(' ', '-'),
      `7 ${grouped}`,
      `${grouped} 12`,
    ]) {
      expect([text, hasCardNumber(text)]).toEqual([text, true]);
    }
  });

  it.each([
    ['a wrong check digit', '4111111111111112'],
    ['no prefix of a card', '1234567812345670'],
    ['a length that its scheme does not have', '411111111111116'],
    ['letters beside it', 'order4111111111111111'],
    ['more digits beside it', '41111111111111110000'],
    ['two spaces within', '4111  1111  1111  1111'],
    ['points within', '4111.1111.1111.1111'],
    ['the fraction of a number', '{"ms":0.378282246310005}'],
    ['an IBAN', 'DE89370400440532013000'],
    ['a telephone number', '+49 30 901820 4711'],
    ['no digits', 'two cups of coffee'],
  ])('is not seen in %s', (_, text) => expect(hasCardNumber(text)).toBe(false));

  it('is masked but for the first six and the last four digits, with its separators', () => {
    expect(maskCardNumbers('paid by 4111 1111-1111 1111, 378282246310005')).toBe(
      'paid by 4111 11**-**** 1111, 378282*****0005',
    );
  });

  it('is never left in a masked text, whatever stands around it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CARDS), fc.string(), fc.string(), (card, before, after) => {
        const masked = maskCardNumbers(`${before} ${card} ${after}`);
        expect(hasCardNumber(masked)).toBe(false);
        expect(masked).toHaveLength(before.length + after.length + card.length + 2);
      }),
    );
  });

  it('costs no more than its text is long', () => {
    expect(hasCardNumber('1 '.repeat(50_000))).toBe(false);
    expect(hasCardNumber('1'.repeat(100_000))).toBe(false);
  });
});
