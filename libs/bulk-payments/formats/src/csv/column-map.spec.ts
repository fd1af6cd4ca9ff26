import { EUR, errorsIn, mapOf, readCsv, refusal } from '../testing/read-csv';
import { parseColumnMap } from './column-map.rules';

describe('A column map', () => {
  it('matches columns exactly first, then without case, and ignores other columns', async () => {
    const map = mapOf('reference:Trans No,amount:amount, creditorName : Supplier Name');
    const { rows } = await readCsv('Amount;amount;trans no;method;Supplier Name\nx;1.00;T1;cash;ACME\n', {
      currency: EUR,
      map,
    });
    expect(rows).toMatchObject([
      { amount: 100n, reference: 'T1', method: 'bank_transfer', creditor: { name: 'ACME' }, errors: [] },
    ]);
  });

  it("gives errors the file's own column names", async () => {
    const options = { currency: EUR, map: mapOf('amount:Betrag, netto') };
    expect(await errorsIn('"Betrag, netto"', '-1.00', options)).toMatchObject([
      { pointer: '/amount', message: expect.stringContaining('Betrag, netto must not be negative') },
    ]);
  });

  it.each([
    ['amount:Betrag', 'Amount\n1\n', 'no column "Betrag"'],
    ['amount:Betrag', 'BETRAG,betrag\n1,2\n', 'two columns named "Betrag"'],
  ])('%s is refused for the file %j', async (map, file, message) => {
    expect((await refusal(file, { currency: EUR, map: mapOf(map) })).message).toContain(message);
  });

  it.each([
    ['', 'is not a target:column pair'],
    ['amount', 'is not a target:column pair'],
    ['amount:', 'amount needs a column name'],
    ['sum:Amount', '"sum" is not a target'],
    ['amount:A,sum:B', '"sum" is not a target'],
    ['amount:A,amount:B', 'amount is mapped twice'],
    ['reference:Trans No', 'amount must be mapped'],
    ['__proto__:x', 'is not a target'],
  ])('is refused: %j', (text, error) =>
    expect(parseColumnMap(text)).toEqual({ error: expect.stringContaining(error) }),
  );
});
