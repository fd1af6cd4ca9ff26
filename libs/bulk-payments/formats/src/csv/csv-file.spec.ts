import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { CURRENCIES, type Currency } from '@financeops/core/money';
import { MAX_AMOUNT } from '@financeops/payments/domain';
import { minorToDecimal } from '../rules/amount.rules';
import { readAll } from '../testing/read-all';
import { parseColumnMap } from './column-map.rules';
import { CsvReader } from './csv-reader';

const GBP = 'GBP' as Currency;

interface Row {
  currency: Currency;
  amount: bigint;
  reference: string;
  method: string;
  description: string;
  creditorName: string;
}

const row: fc.Arbitrary<Row> = fc.record({
  currency: fc.constantFrom(...CURRENCIES),
  amount: fc.bigInt({ min: 1n, max: BigInt(MAX_AMOUNT) }),
  reference: fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !/\p{Cc}/u.test(text)),
  method: fc.constantFrom('card', 'bank_transfer', 'wallet'),
  description: fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replaceAll('\0', '')),
  creditorName: fc.string({
    unit: fc.constantFrom('a', '"', ',', ';', '\r\n', '\n', ' ', 'é'),
    maxLength: 30,
  }),
});

interface Style {
  separator: string;
  newline: string;
  quoteAll: boolean;
  size: number;
}

const style: fc.Arbitrary<Style> = fc.record({
  separator: fc.constantFrom(',', ';'),
  newline: fc.constantFrom('\n', '\r\n'),
  quoteAll: fc.boolean(),
  size: fc.integer({ min: 1, max: 100 }),
});

const COLUMNS = ['currency', 'amount', 'reference', 'method', 'description', 'creditorName'] as const;

/** RFC 4180 as a writer has it. */
const write = (rows: Row[], { separator, newline, quoteAll }: Style): string => {
  const field = (text: string): string =>
    quoteAll || /[",;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const records = rows.map((each) =>
    COLUMNS.map((column) =>
      column === 'amount' ? minorToDecimal(each.amount, each.currency) : each[column],
    ),
  );
  return [[...COLUMNS], ...records].map((record) => record.map(field).join(separator) + newline).join('');
};

const physicalLine = (text: string, at: number): number => text.slice(0, at).split('\n').length;

describe('Any CSV file', () => {
  it('is read back as it was written, in any style and any pieces', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 10 }), style, async (rows, how) => {
        const { rows: read, outcome } = await readAll(new CsvReader(), write(rows, how), how.size);
        expect(outcome.errors).toEqual([]);
        expect(
          read.map(({ currency, amount, reference, method, description, creditor }) => ({
            currency,
            amount,
            reference: reference ?? '',
            method,
            description: description ?? '',
            creditorName: creditor.name ?? '',
          })),
        ).toEqual(rows);
        expect(read.map(({ n, line }) => [n, line])).toEqual(
          rows.map((_, at) => [at + 1, physicalLine(write(rows.slice(0, at), how), Infinity)]),
        );
      }),
    );
  });

  it('that is corrupted is reported and never throws', async () => {
    const bytes = fc.uint8Array({ maxLength: 6 });
    const mutation = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat(5),
      put: bytes,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 5 }),
        style,
        fc.array(mutation, { minLength: 1, maxLength: 3 }),
        async (rows, how, mutations) => {
          let file = Buffer.from(write(rows, how));
          for (const { at, cut, put } of mutations) {
            const from = Math.floor(at * file.length);
            file = Buffer.concat([file.subarray(0, from), put, file.subarray(from + cut)]);
          }
          const { rows: read, outcome, taken } = await readAll(new CsvReader(), file, how.size);
          expect(outcome.total).toBe(read.length);
          expect(outcome.errorCount).toBe(outcome.errors.length);
          const lines = file.toString('latin1').split('\n').length;
          for (const each of read) {
            expect(each.errors.length > 0 || (each.amount !== null && each.currency !== null)).toBe(true);
            expect(each.line).toBeLessThanOrEqual(lines);
          }
          // An accepted file was read to its end, so its hash is that of the file.
          if (outcome.errorCount === 0) expect(taken).toBe(file.length);
        },
      ),
      { numRuns: 500 },
    );
  });
});

const samples = process.env['PAYMENT_SAMPLES_DIR'];

if (samples) {
  describe("A council's published spending", () => {
    it.each([
      ['oxford-city-council-expenditure-over-500-apr-jun-2014.csv', 3836, 13, '14165887.28'],
      ['oxford-city-council-expenditure-over-500-jul-sep-2017.csv', 3259, 10, '11344005.35'],
    ])('%s: %d rows, %d of them refunds, %s in all', async (name, count, negatives, sum) => {
      const file = readFileSync(path.join(samples, 'csv', name));
      const mapped = parseColumnMap('reference:Trans No,amount:Amount,creditorName:Supplier Name');
      if ('error' in mapped) throw new Error(mapped.error);
      const { rows, outcome, taken } = await readAll(new CsvReader({ currency: GBP, map: mapped.map }), file);
      expect(outcome).toEqual({ format: 'csv', message: null, total: count, errors: [], errorCount: 0 });
      expect(taken).toBe(file.length);

      const bad = rows.filter(({ errors }) => errors.length > 0);
      expect(bad.map(({ errors }) => errors.map(({ message }) => message))).toEqual(
        bad.map(() => [expect.stringContaining('Amount must not be negative')]),
      );
      expect(bad).toHaveLength(negatives);

      // The published sum has the refunds in it: they are in the lines that the errors name.
      const lines = file.toString('utf8').split('\r\n');
      const refunds = bad.map(({ line }) => /,(-[0-9.]+),/.exec(lines[line - 1]!)![1]!);
      const paid = rows.reduce((total, { amount }) => total + (amount ?? 0n), 0n);
      const refunded = refunds.reduce((total, text) => total + BigInt(Math.round(Number(text) * 100)), 0n);
      expect(minorToDecimal(paid + refunded, GBP)).toBe(sum);
      expect(rows.every(({ reference, creditor }) => reference !== null && creditor.name !== null)).toBe(
        true,
      );
    });
  });
}
