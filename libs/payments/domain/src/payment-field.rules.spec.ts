import fc from 'fast-check';
import { captureFault, DESCRIPTION_LIMITS, REFERENCE_LIMITS, textFault } from './payment-field.rules';

describe("a payment's texts", () => {
  it.each(['a', 'r'.repeat(128), '😀'.repeat(128), 'Ünïcode ✓'])('%.20s is a reference', (text) =>
    expect(textFault(text, REFERENCE_LIMITS)).toBeNull(),
  );

  it.each(['', 'r'.repeat(129), '😀'.repeat(129), 'a\nb', '\u0085', '\ud800', null, undefined, 5, ['a']])(
    '%j is none',
    (value) => expect(textFault(value, REFERENCE_LIMITS)).toMatch(/^must /),
  );

  it('may be empty and have line ends in a description', () => {
    expect(textFault('', DESCRIPTION_LIMITS)).toBeNull();
    expect(textFault('a\nb', DESCRIPTION_LIMITS)).toBeNull();
  });

  it('are measured in code points', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), fc.nat(6), fc.nat(6), (text, min, more) => {
        const length = [...text].length;
        const fits = length >= min && length <= min + more;
        expect(textFault(text, { min, max: min + more }) === null).toBe(fits);
      }),
    );
  });
});

describe('capture', () => {
  it('is at once, or not available yet', () => {
    expect(captureFault(true)).toBeNull();
    expect(captureFault(false)).toContain('not available yet');
    expect(captureFault(null)).toBe('must be true or left out');
  });
});
