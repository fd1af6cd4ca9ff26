import { readAll, repeated } from '../testing/read-all';
import { NdjsonReader } from './ndjson-reader';

const read = (file: string | Uint8Array, size?: number) => readAll(new NdjsonReader(), file, size);

const body = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  reference: 'R-1',
  amount: 1250,
  currency: 'EUR',
  method: 'card',
  ...changes,
});
const line = (changes: Record<string, unknown> = {}): string => `${JSON.stringify(body(changes))}\n`;

/** Errors of one line, as [pointer, reason, message]. */
const errorsIn = async (text: string) => {
  const { rows, outcome } = await read(text.endsWith('\n') ? text : `${text}\n`);
  expect(outcome.errors).toEqual([]);
  return rows[0]!.errors.map(({ pointer, reason, message }) => [pointer, reason, message]);
};

describe('An NDJSON file', () => {
  it('reads the body in each line as a payment', async () => {
    const { rows, outcome } = await read(
      line({ description: 'Two cups', metadata: { endToEndId: 'E', ключ: '' }, capture: true }) +
        line({ reference: 'R-2', method: 'wallet' }),
    );
    expect(outcome).toEqual({ format: 'ndjson', message: null, total: 2, errors: [], errorCount: 0 });
    expect(rows[0]).toEqual({
      n: 1,
      line: 1,
      batch: null,
      reference: 'R-1',
      instructionId: null,
      endToEndId: null,
      amount: 1250n,
      currency: 'EUR',
      method: 'card',
      description: 'Two cups',
      creditor: { name: null, iban: null, account: null, bic: null },
      metadata: { endToEndId: 'E', ключ: '' },
      errors: [],
    });
    expect(rows[1]).toMatchObject({ n: 2, line: 2, method: 'wallet', metadata: {}, errors: [] });
  });

  it('refuses an amount that is not a whole number', async () => {
    for (const amount of ['0.99999999999999999999', '1.00000000000000001']) {
      const [[pointer, reason] = []] = await errorsIn(
        line({ amount: 1 }).replace('"amount":1', `"amount":${amount}`),
      );
      expect([pointer, reason]).toEqual(['/amount', 'AM12']);
    }
  });

  it.each([
    ['a byte order mark', `\ufeff${line({ reference: 'ä€😀' })}`],
    ['CR LF', line({ reference: 'ä€😀' }).replace('\n', '\r\n')],
    ['blank lines', `\n \r\n${line({ reference: 'ä€😀' })}\n\t\n`],
    ['no line end at its end', line({ reference: 'ä€😀' }).trimEnd()],
  ])('may have %s, and be cut into any pieces', async (_, file) => {
    for (const size of [1, 2, 3, 1000]) {
      const { rows, outcome, taken } = await read(file, size);
      expect(outcome.errors).toEqual([]);
      expect(rows).toMatchObject([
        { n: 1, line: file.startsWith('\n') ? 3 : 1, reference: 'ä€😀', errors: [] },
      ]);
      expect(taken).toBe(Buffer.byteLength(file));
    }
  });

  it.each<[string, unknown, string, string]>([
    ['reference', undefined, 'NARR', 'must be a string'],
    ['reference', null, 'NARR', 'must be a string'],
    ['reference', '', 'NARR', '1 to 128'],
    ['reference', 'r'.repeat(129), 'NARR', '1 to 128'],
    ['reference', 'a\nb', 'NARR', 'control'],
    ['reference', '\ud800', 'NARR', 'surrogate'],
    ['amount', undefined, 'AM12', 'whole number'],
    ['amount', '1250', 'AM12', 'whole number'],
    ['amount', 12.5, 'AM12', 'whole number'],
    ['amount', 0, 'AM12', 'not be less than 1'],
    ['amount', -5, 'AM12', 'not be less than 1'],
    ['amount', 1e12, 'AM12', 'not be more than 999999999999'],
    ['amount', [5], 'AM12', 'whole number'],
    ['currency', 'eur', 'AM03', 'ISO 4217'],
    ['currency', 'XAU', 'AM03', 'ISO 4217'],
    ['currency', ['EUR'], 'AM03', 'ISO 4217'],
    ['method', 'cash', 'NARR', 'one of card'],
    ['method', undefined, 'NARR', 'one of card'],
    ['description', null, 'NARR', 'must be a string'],
    ['description', 'd'.repeat(501), 'NARR', '500'],
    ['metadata', null, 'NARR', 'must be an object'],
    ['metadata', ['a'], 'NARR', 'must be an object'],
    ['capture', false, 'NARR', 'separate capture is not available yet'],
    ['capture', null, 'NARR', 'true or left out'],
    ['tenantId', 'x', 'NARR', 'not a known field'],
    ['creditorIban', 'x', 'NARR', 'not a known field'],
    ['toString', 'x', 'NARR', 'not a known field'],
    ['constructor', { name: 'x' }, 'NARR', 'not a known field'],
  ])('has an error in %s: %j', async (name, value, reason, message) => {
    const errors = await errorsIn(line({ [name]: value }));
    expect(errors).toEqual([[`/${name}`, reason, expect.stringContaining(message)]]);
  });

  it.each([
    [
      '{"__proto__":{"reference":"x"},"amount":1,"currency":"EUR","method":"card"}',
      ['/reference', '/__proto__'],
    ],
    [line({ metadata: { 'a.b': 'x', c: 1 } }), ['/metadata/a.b', '/metadata/c']],
    [line({ metadata: JSON.parse('{"__proto__":"x"}') }), ['/metadata/__proto__']],
    [line({ 'a/b~': 1 }), ['/a~1b~0']],
    ['[]', [undefined]],
    ['null', [undefined]],
    ['"text"', [undefined]],
    ['{"reference":"x"', [undefined]],
    ['not JSON', [undefined]],
    ['['.repeat(60_000), [undefined]],
  ])('points at what is wrong in %.60s', async (text, pointers) => {
    expect((await errorsIn(text)).map(([pointer]) => pointer)).toEqual(pointers);
  });

  it('limits the number and length of errors per line', async () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`${'k'.repeat(50)}${at}`, 1]));
    expect(await errorsIn(line(many))).toHaveLength(10);
    const [[pointer, , message] = []] = await errorsIn(line({ ['k'.repeat(60_000)]: 1 }));
    expect(pointer!.length + message!.length).toBeLessThan(200);
  });

  it('reports the second of two lines with the same reference', async () => {
    const { rows } = await read(line() + line({ reference: 'b' }) + line());
    expect(rows.map(({ errors }) => errors)).toEqual([
      [],
      [],
      [{ line: 3, pointer: '/reference', reason: 'AM05', message: expect.stringContaining('earlier line') }],
    ]);
  });

  it.each([
    ['nothing', '', 'no payment', undefined],
    ['only blank lines', '\n\r\n \n', 'no payment', undefined],
    ['a truncated last line', line() + line().slice(0, 20), 'truncated', 2],
    ['Latin-1', Buffer.concat([Buffer.from(line()), Buffer.from([0x22, 0xe4, 0x22, 0x0a])]), 'not UTF-8', 2],
    ['UTF-16', Buffer.from(`\ufeff${line()}`, 'utf16le'), 'UTF-16', 1],
    ['UTF-16 without its mark', Buffer.from(line(), 'utf16le'), 'NUL', 1],
    [
      'a line of more than 64 KiB',
      `${line()}\n${line({ description: 'd'.repeat(65_536) })}`,
      '65536 bytes',
      3,
    ],
  ])('is refused for %s', async (_, file, message, at) => {
    const { outcome } = await read(file);
    expect(outcome).toMatchObject({ errorCount: 1 });
    expect(outcome.errors).toEqual([{ line: at, reason: 'NARR', message: expect.stringContaining(message) }]);
  });

  it('accepts a line of exactly 64 KiB, in any pieces', async () => {
    const padded = `${line().trimEnd()}${' '.repeat(65_536 - line().length + 1)}\n`;
    for (const size of [1000, 65_536]) {
      expect((await read(padded, size)).rows).toMatchObject([{ errors: [] }]);
      expect((await read(` ${padded}`, size)).outcome.errors).toHaveLength(1);
    }
  });

  it('stops at an endless line', async () => {
    const endless = repeated('x'.repeat(8192), 1000);
    const reader = new NdjsonReader();
    for await (const _ of reader.instructions(endless)) throw new Error('nothing to read');
    expect(reader.outcome().errors).toMatchObject([{ line: 1, message: expect.stringContaining('longer') }]);
    expect(await endless.next()).toEqual({ value: undefined, done: true });
  });
});
