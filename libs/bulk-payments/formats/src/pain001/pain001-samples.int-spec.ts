import { createReadStream, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FileError, type Instruction } from '../payment-file';
import { minorToDecimal } from '../rules/amount.rules';
import { scaledDecimal } from './structure/decimal.rules';
import { aBatch, aFile, aTransfer, xmlOf } from './testing/pain001-file.builder';
import { readStream } from './testing/whole-file.builder';

it('reads a file from disk as a stream', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'pain001-'));
  try {
    const transfers = Array.from({ length: 1_000 }, () => aTransfer());
    const path = join(directory, 'run.xml');
    await writeFile(path, xmlOf(aFile({ batches: [aBatch({ transfers })] })));
    const { outcome } = await readStream(createReadStream(path));
    expect(outcome).toMatchObject({ total: 1_000, errorCount: 0 });
  } finally {
    await rm(directory, { recursive: true });
  }
});

/** What the collection's list records for a file: counted and summed from its lines, not copied from its header. */
interface Listed {
  file: string;
  instructions: number;
  sum: string;
  currencies: string;
  expected: string;
}

const listed = (directory: string, folder: string): Listed[] =>
  readFileSync(join(directory, 'SOURCES.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(`| ${folder}/`))
    .map((line) => {
      const [file = '', , , instructions, sum = '', , currencies = '', , expected = ''] = line
        .split('|')
        .slice(1)
        .map((cell) => cell.trim());
      return { file, instructions: Number(instructions), sum, currencies, expected };
    });

const sumOf = (instructions: Instruction[]): bigint =>
  instructions.reduce(
    (sum, { amount, currency }) => sum + scaledDecimal(minorToDecimal(amount!, currency!), 5)!,
    0n,
  );

const currenciesOf = (instructions: Instruction[]): string =>
  [...new Set(instructions.map(({ currency }) => currency!))]
    .sort()
    .map((code) => `${code}×${instructions.filter(({ currency }) => currency === code).length}`)
    .join(' ');

/** Which errors stand for a reason in the list. */
const NAMED: [RegExp, (error: FileError, found: string[]) => boolean][] = [
  [
    /NbOfTxs (\d+) but/,
    ({ reason, message }, [, count]) => reason === 'AM18' && message.includes(`is ${count},`),
  ],
  [
    /CtrlSum ([\d.]+) but/,
    ({ reason, message }, [, sum]) => reason === 'AM10' && message.includes(`is ${sum},`),
  ],
  [
    /IBAN (\S+) fails/,
    ({ reason, message }, [, iban]) => /^AC0[12]$/.test(reason) && message.includes(`"${iban}"`),
  ],
  [
    /Element '(\w+)'/,
    ({ reason, message }, [, name]) => /^(CH|DT)/.test(reason) && message.startsWith(name!),
  ],
  [/not well-formed/, ({ reason, message }) => reason === 'FF01' && message.includes('not well-formed')],
  [/namespace ''/, ({ reason, message }) => reason === 'FF01' && message.includes('in no namespace')],
];

const samples = process.env.PAYMENT_SAMPLES_DIR;
if (samples !== undefined) {
  const read = (file: string) => readStream(createReadStream(join(samples, file)));

  describe('files written by banks’ software', () => {
    it.each(listed(samples, 'pain001'))('$file is valid, and its amounts add up', async (expected) => {
      const { instructions, outcome } = await read(expected.file);
      expect(outcome.errors).toEqual([]);
      expect(instructions.flatMap(({ errors }) => errors)).toEqual([]);
      expect(outcome.total).toBe(expected.instructions);
      expect(sumOf(instructions)).toBe(scaledDecimal(expected.sum, 5));
      expect(currenciesOf(instructions)).toBe(expected.currencies);
    });

    it.each(listed(samples, 'pain001-invalid'))(
      '$file is refused for each of its errors',
      async (expected) => {
        const { instructions, outcome } = await read(expected.file);
        const errors = [...outcome.errors, ...instructions.flatMap((instruction) => instruction.errors)];
        const listedErrors = expected.expected.replace(/^refuse: /, '').split('; ');
        let understood = 0;
        for (const listedError of listedErrors)
          for (const [form, stands] of NAMED) {
            const found = form.exec(listedError);
            if (found === null) continue;
            understood++;
            expect([listedError, errors.filter((error) => stands(error, found))]).not.toEqual([
              listedError,
              [],
            ]);
          }
        expect(understood).toBeGreaterThan(0);
        for (const { line, pointer, message } of errors) {
          expect(line).toBeGreaterThan(0);
          expect(pointer ?? (message.includes('not well-formed') ? '/' : '')).toMatch(/^\//);
        }
      },
    );
  });
}
