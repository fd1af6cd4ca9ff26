import fc from 'fast-check';
import { decimalText, scaledDecimal } from './structure/decimal.rules';
import { aBatch, aFile, aTransfer, xmlOf } from './testing/pain001-file.builder';
import { inPieces, readStream, readWhole } from './testing/whole-file.builder';

const cents = fc.bigInt({ min: 1n, max: 10n ** 9n });
const amountOf = (amount: bigint): string => `${amount / 100n}.${String(amount % 100n).padStart(2, '0')}`;

const pays = (amounts: bigint[]) =>
  aBatch({ transfers: amounts.map((amount) => aTransfer({ amount: amountOf(amount) })) });

describe('for any file', () => {
  it('amounts add up exactly to the declared sums', async () => {
    const batches = fc.array(fc.array(cents, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(batches, fc.constantFrom(-1n, 0n, 1n), async (amounts, off) => {
        const sum = amounts.flat().reduce((total, amount) => total + amount, 0n);
        const file = aFile({ batches: amounts.map(pays), sum: amountOf(sum + off) });
        const { instructions, outcome } = await readWhole(xmlOf(file));
        expect(instructions.map(({ amount }) => amount)).toEqual(amounts.flat());
        expect(outcome.errors.map(({ reason }) => reason)).toEqual(off === 0n ? [] : ['AM10']);
      }),
      { numRuns: 60 },
    );
  });

  it('the result is the same in any pieces', async () => {
    const bytes = Buffer.from(
      xmlOf(aFile({ batches: [aBatch({ transfers: [aTransfer({ creditor: 'Ł🌲é' })] })] })),
    );
    const whole = await readWhole(bytes);
    expect(whole.outcome.errorCount).toBe(0);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 12 }), async (cuts) => {
        const ends = [...cuts.sort((a, b) => a - b), bytes.length];
        async function* pieces(): AsyncGenerator<Uint8Array> {
          for (const [at, end] of ends.entries()) yield bytes.subarray(at === 0 ? 0 : ends[at - 1], end);
        }
        expect(await readStream(pieces())).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  it('corrupted bytes are reported and never throw', async () => {
    const bytes = Buffer.from(xmlOf(aFile()));
    const change = fc.record({
      at: fc.nat(bytes.length - 1),
      to: fc.uint8Array({ maxLength: 6 }),
      drop: fc.nat(6),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        let broken: Buffer = bytes;
        for (const { at, to, drop } of changes)
          broken = Buffer.concat([broken.subarray(0, at), to, broken.subarray(at + drop)]);
        const { instructions, outcome } = await readWhole(broken);
        expect(outcome.errorCount).toBeGreaterThanOrEqual(outcome.errors.length);
        for (const { errors, amount, currency } of instructions)
          expect(errors.length > 0 || (amount !== null && currency !== null)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('a valid file is read to its last byte', async () => {
    const bytes = Buffer.from(`${xmlOf(aFile())}${'\n'.repeat(60_000)}`);
    let read = 0;
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const piece of inPieces(bytes, 4_096)) {
        yield piece;
        read += piece.length;
      }
    }
    const { outcome } = await readStream(counted());
    expect(outcome.errors.map(({ message }) => message)).toEqual([]);
    expect(read).toBe(bytes.length);
  });
});

describe('decimals', () => {
  it('scale exactly in both directions', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
        fc.integer({ min: 1, max: 17 }),
        (n, places) => {
          expect(scaledDecimal(decimalText(n, places), places)).toBe(n);
        },
      ),
    );
  });
});
