import fc from 'fast-check';
import { CURRENCIES } from '@financeops/core/money';
import { readAll } from '../testing/read-all';
import { NdjsonReader } from './ndjson-reader';

const printable = (max: number) =>
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: max }).filter((text) => !/\p{Cc}/u.test(text));

const body = fc.record(
  {
    reference: printable(20),
    amount: fc.integer({ min: 1, max: 999_999_999_999 }),
    currency: fc.constantFrom(...CURRENCIES),
    method: fc.constantFrom('card', 'bank_transfer', 'wallet'),
    description: fc.string({ unit: 'grapheme', maxLength: 40 }),
    metadata: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.string({ unit: 'grapheme' }), {
      maxKeys: 3,
    }),
  },
  { requiredKeys: ['reference', 'amount', 'currency', 'method'] },
);
const bodies = fc.uniqueArray(body, { minLength: 1, maxLength: 10, selector: ({ reference }) => reference });
const write = (lines: unknown[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

describe('Any NDJSON file', () => {
  it('is read back as it was written, in any pieces', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, fc.integer({ min: 1, max: 100 }), async (lines, size) => {
        const { rows, outcome } = await readAll(new NdjsonReader(), write(lines), size);
        expect(outcome).toMatchObject({ total: lines.length, errorCount: 0 });
        expect(rows).toEqual(
          lines.map((line, at) =>
            expect.objectContaining({
              n: at + 1,
              line: at + 1,
              reference: line.reference,
              amount: BigInt(line.amount),
              currency: line.currency,
              method: line.method,
              description: line.description ?? null,
              metadata: line.metadata ?? {},
              errors: [],
            }),
          ),
        );
      }),
    );
  });

  it('of any JSON is reported line by line', async () => {
    const some = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom('reference', 'amount', 'metadata', '__proto__'), fc.jsonValue()),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(some, { minLength: 1, maxLength: 10 }), async (lines) => {
        const { rows, outcome } = await readAll(new NdjsonReader(), write(lines));
        expect(outcome).toMatchObject({ total: lines.length, errorCount: 0 });
        expect(rows.every(({ errors }) => errors.length > 0)).toBe(true);
      }),
    );
  });

  it('that is corrupted is reported and never throws', async () => {
    const mutation = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat(5),
      put: fc.uint8Array({ maxLength: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(
        bodies,
        fc.array(mutation, { minLength: 1, maxLength: 3 }),
        async (lines, mutations) => {
          let file = Buffer.from(write(lines));
          for (const { at, cut, put } of mutations) {
            const from = Math.floor(at * file.length);
            file = Buffer.concat([file.subarray(0, from), put, file.subarray(from + cut)]);
          }
          const { rows, outcome, taken } = await readAll(new NdjsonReader(), file, 50);
          expect(outcome.total).toBe(rows.length);
          for (const { errors, amount, reference } of rows)
            expect(errors.length > 0 || (amount !== null && reference !== null)).toBe(true);
          if (outcome.errorCount === 0) expect(taken).toBe(file.length);
        },
      ),
      { numRuns: 500 },
    );
  });
});
