import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { bicError, ibanError } from './account.rules';

/** Mod 97 by the book (ISO 7064), with BigInt: nothing of the library's. */
const mod97 = (iban: string): bigint =>
  BigInt([...iban.slice(4), ...iban.slice(0, 4)].map((character) => parseInt(character, 36)).join('')) % 97n;

const withCheckDigits = (country: string, bban: string): string =>
  `${country}${String(98n - mod97(`${country}00${bban}`)).padStart(2, '0')}${bban}`;

describe('IBAN', () => {
  it.each(['DE89370400440532013000', 'GB29NWBK60161331926819', 'CH4431999123000889012', 'NO9386011117947'])(
    'accepts %s',
    (iban) => expect(ibanError(iban)).toBeNull(),
  );

  it.each([
    ['', 'is empty'],
    ['DE89 3704 0044 0532 0130 00', 'spaces'],
    ['DE89370400440532013000\n', 'spaces'],
    ['de89370400440532013000', 'upper case'],
    ['IBAN', 'is not an IBAN'],
    ['DE89-370400440532013000', 'is not an IBAN'],
    ['DEAB370400440532013000', 'is not an IBAN'],
    ['D'.repeat(1_000_000), 'is not an IBAN'],
    ['ZZ89370400440532013000', 'starts with ZZ'],
    ['US89370400440532013000', 'starts with US'],
    ['DE8937040044053201300', 'has 21 characters; an IBAN of DE has 22'],
    ['DE89370400440532013A00', 'format of an IBAN of DE'],
    ['DE88370400440532013000', 'mod 97'],
  ])('refuses %.40s: %s', (iban, error) => expect(ibanError(iban)).toContain(error));

  it.each([
    'ES8350210036679521296135',
    withCheckDigits('BA', '1290079401028495'),
    withCheckDigits('CZ', '08000000192000145398'),
  ])('leaves check digits inside the account number to the bank: %s', (iban) =>
    expect(ibanError(iban)).toBeNull(),
  );

  it('detects every wrong digit and every swap of unequal neighbours', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[0-9]{18}$/),
        fc.integer({ min: 4, max: 20 }),
        fc.integer({ min: 1, max: 9 }),
        (bban, at, by) => {
          const iban = withCheckDigits('DE', bban);
          expect(ibanError(iban)).toBeNull();
          const digit = String((Number(iban[at]) + by) % 10);
          expect(ibanError(iban.slice(0, at) + digit + iban.slice(at + 1))).toContain('mod 97');
          fc.pre(iban[at] !== iban[at + 1]);
          const exchanged = iban.slice(0, at) + iban[at + 1]! + iban[at]! + iban.slice(at + 2);
          expect(ibanError(exchanged)).toContain('mod 97');
        },
      ),
    );
  });

  it('never accepts what mod 97 refuses, and never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^(DE|GB|NO|MT)[0-9]{2}[A-Z0-9]{0,30}$/)),
        (text) => {
          if (ibanError(text) === null) expect(mod97(text)).toBe(1n);
        },
      ),
    );
  });
});

describe('BIC', () => {
  it.each(['ABNANL2A', 'NEDSZAJJXXX', 'UBSWCHZH80A', 'E097AEXXXXX', '1234DEFF'])('accepts %s', (bic) =>
    expect(bicError(bic)).toBeNull(),
  );

  it.each([
    ['', 'is empty'],
    ['ABNA NL 2A', 'spaces'],
    ['abnanl2a', 'upper case'],
    ['ABNANL2', '8 or 11'],
    ['INGDEFFXXX', '8 or 11'],
    ['ABNAXX2A', 'unknown country in its fifth and sixth characters: XX'],
    ['ABNAN12A', 'is not a BIC'],
    ['ABNANL2Ä', 'is not a BIC'],
    ['ABN-NL2A', 'is not a BIC'],
  ])('refuses %s: %s', (bic, error) => expect(bicError(bic)).toContain(error));
});

const samples = process.env['PAYMENT_SAMPLES_DIR'];

if (samples) {
  const table = (name: string): string[][] =>
    readFileSync(path.join(samples, 'iban', name), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => row.split('\t'));

  describe('The published tables', () => {
    /** A valid one (ISO 13616's own example), listed as false for a rule of the table's source that is not ours. */
    const MISLISTED = ['DE89370400440532013000'];
    /** A digit in the first four characters, which ISO 9362:2014 allows; check digits of Spain's own. */
    const STRICTER_THAN_OURS = ['ABN4NL2A', 'ES8350210036679521296135'];
    const taken = [...MISLISTED, ...STRICTER_THAN_OURS];

    it.each(table('iban-bic-cases.tsv'))('%s %s: %s', (kind, value, valid) => {
      const error = kind === 'iban' ? ibanError(value!) : bicError(value!);
      expect(error === null).toBe(valid === 'true' || taken.includes(value!));
    });

    it('give an example of an IBAN for each country, which is accepted', () => {
      const examples = table('iban-registry.tsv').filter((row) => row[9] === 'yes');
      expect(examples.length).toBeGreaterThan(90);
      expect(examples.filter((row) => ibanError(row[3]!) !== null)).toEqual([]);
    });

    it('give examples that are refused with a character more or less, or another country', () => {
      for (const [country, , , example = ''] of table('iban-registry.tsv').filter(
        (row) => row[9] === 'yes',
      )) {
        expect(ibanError(`${example}0`)).not.toBeNull();
        expect(ibanError(example.slice(0, -1))).not.toBeNull();
        expect(ibanError(`${country === 'DE' ? 'FR' : 'DE'}${example.slice(2)}`)).not.toBeNull();
      }
    });
  });
}
