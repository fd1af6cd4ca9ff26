import { repeated } from '../testing/read-all';
import { EUR, errorsIn, mapOf, readCsv, refusal } from '../testing/read-csv';
import { CsvReader } from './csv-reader';

const IBAN = 'DE89370400440532013000';

describe('A CSV file', () => {
  it('reads each record as a payment', async () => {
    const { rows, outcome } = await readCsv(
      'amount,reference,currency,method,description,creditorName,creditorIban,creditorBic\r\n' +
        `12.50,R-1,EUR,card,"Two cups, ""large""",Café Ø,DE89 3704 0044 0532 0130 00,COBADEFFXXX\r\n` +
        '1250,,JPY,,,,,\r\n',
    );
    expect(outcome).toEqual({ format: 'csv', message: null, total: 2, errors: [], errorCount: 0 });
    expect(rows[0]).toEqual({
      n: 1,
      line: 2,
      batch: null,
      reference: 'R-1',
      instructionId: null,
      endToEndId: null,
      amount: 1250n,
      currency: 'EUR',
      method: 'card',
      description: 'Two cups, "large"',
      creditor: { name: 'Café Ø', iban: IBAN, account: null, bic: 'COBADEFFXXX' },
      metadata: {},
      errors: [],
    });
    expect(rows[1]).toMatchObject({ n: 2, line: 3, reference: null, amount: 1250n, currency: 'JPY' });
    expect(rows[1]).toMatchObject({ method: 'bank_transfer', description: null, errors: [] });
  });

  it.each([
    ['a semicolon', 'amount;reference\n1.00;a,b\n'],
    ['columns in any case', ' AMOUNT ,Reference\n1.00,"a,b"\n'],
    ['columns in quotes', '"amount","reference"\n"1.00","a,b"\n'],
    ['a byte order mark', '\ufeffamount,reference\n1.00,"a,b"\n'],
    ['a byte order mark and quotes', '\ufeff"amount",reference\r\n1.00,"a,b"\r\n'],
    ['no line end after the last record', 'amount,reference\n1.00,"a,b"'],
    ['blank lines', '\n\r\namount,reference\n\n1.00,"a,b"\n  \n\r\n'],
  ])('may have %s, and be cut into any pieces', async (_, file) => {
    for (const size of [1, 2, 3, 1000]) {
      const { rows, outcome, taken } = await readCsv(file, { currency: EUR }, size);
      expect(outcome.errors).toEqual([]);
      expect(rows).toMatchObject([{ amount: 100n, reference: 'a,b', errors: [] }]);
      expect(taken).toBe(Buffer.byteLength(file));
    }
  });

  it('counts physical lines, including blank lines and lines inside quotes, with LF and CR LF', async () => {
    const file = 'amount,description\n\n1.00,"a\r\nb\n\nc"\r\n\r\n2.00,x\n3.00,"\n"\n4.00,y';
    for (const size of [1, 5, 1000]) {
      const { rows } = await readCsv(file, { currency: EUR }, size);
      expect(rows.map(({ n, line }) => [n, line])).toEqual([
        [1, 3],
        [2, 8],
        [3, 9],
        [4, 11],
      ]);
    }
  });

  it.each([
    ['amount', '12.345', '/amount', 'AM12', 'amount has 3 decimals; EUR has 2'],
    ['amount', '-5.00', '/amount', 'AM12', 'amount must not be negative'],
    ['amount', '"1,000.00"', '/amount', 'AM12', 'commas'],
    ['amount', ' 5', '/amount', 'AM12', 'plain decimal'],
    ['amount,method', ',card', '/amount', 'AM12', 'amount is empty'],
    ['amount,currency', '1.00,eur', '/currency', 'AM03', 'upper-case ISO 4217'],
    ['amount,currency', '1.00,XAU', '/currency', 'AM03', 'upper-case ISO 4217'],
    ['amount,method', '1.00,cash', '/method', 'NARR', 'one of card, bank_transfer, wallet'],
    ['amount,reference', `1.00,${'r'.repeat(129)}`, '/reference', 'NARR', '1 to 128'],
    ['amount,reference', '1.00,"a\tb"', '/reference', 'NARR', 'control characters'],
    ['amount,description', `1.00,${'d'.repeat(501)}`, '/description', 'NARR', '500'],
    ['amount,creditorName', `1.00,${'n'.repeat(141)}`, '/creditorName', 'NARR', '140'],
    ['amount,creditorIban', '1.00,DE88370400440532013000', '/creditorIban', 'AC01', 'mod 97'],
    ['amount,creditorIban', '1.00,de89370400440532013000', '/creditorIban', 'AC01', 'upper case'],
    ['amount,creditorBic', '1.00,COBADEFFXX', '/creditorBic', 'RC01', '8 or 11'],
  ])('reports an error in %s: %.40s', async (header, record, pointer, reason, message) => {
    expect(await errorsIn(header, record)).toEqual([
      { line: 2, pointer, reason, message: expect.stringContaining(message) },
    ]);
  });

  it.each([
    ['amount,reference', '1.00', 'has 1 fields and the header has 2'],
    ['amount,reference', '1.00,a,b', 'has 3 fields and the header has 2'],
    ['amount,reference', '1.00,a,', 'has 3 fields and the header has 2'],
  ])('reports a record whose fields do not match the header %s: %s', async (header, record, message) => {
    const errors = await errorsIn(header, record);
    expect(errors).toEqual([{ line: 2, reason: 'NARR', message: expect.stringContaining(message) }]);
  });

  it('reports the second of two records with the same reference', async () => {
    const { rows } = await readCsv('amount,reference\n1.00,a\n1.00,b\n1.00,a\n1.00,\n1.00,\n');
    expect(rows.map(({ errors }) => errors)).toEqual([
      [],
      [],
      [{ line: 4, pointer: '/reference', reason: 'AM05', message: expect.stringContaining('earlier line') }],
      [],
      [],
    ]);
  });

  it('reports all errors of a record', async () => {
    const errors = await errorsIn('amount,method,creditorBic', 'x,y,z');
    expect(errors.map(({ pointer }) => pointer)).toEqual(['/amount', '/method', '/creditorBic']);
  });

  it('prefers the currency of a record to the default', async () => {
    const { rows } = await readCsv('amount,currency\n5,JPY\n5,\n');
    expect(rows).toMatchObject([
      { currency: 'JPY', amount: 5n },
      { currency: 'EUR', amount: 500n },
    ]);
    expect(await errorsIn('amount,currency', '5,', {})).toMatchObject([
      { pointer: '/currency', reason: 'AM03' },
    ]);
  });

  it.each([
    ['nothing', '', undefined, 'no payment', undefined],
    ['only blank lines', '\n\r\n  \n', undefined, 'no payment', undefined],
    ['only a header', 'amount\r\n', undefined, 'no payment', undefined],
    ['no amount', 'reference\nx\n', undefined, 'no column amount', 1],
    ['no currency', 'amount\n1.00\n', {}, '?currency=', 1],
    ['an unknown column', '\namount,Trans No\n1.00,x\n', undefined, '"Trans No" is unknown', 2],
    ['a column twice', 'amount,Amount\n1,2\n', undefined, 'amount appears twice', 1],
    ['a column without a name', 'amount,\n1,2\n', undefined, 'Column 2 has no name', 1],
    ['an unclosed quote', 'amount,reference\n1,a\n2,"b\n3,c\n', undefined, 'is not closed', 3],
    ['text after a quote', 'amount,reference\n1,"a\r\nb"\n2,"b"c\n', undefined, 'after a closing quote', 4],
    [
      'a quote inside a field',
      'amount,reference\n1,a\n\n2,b"c\n',
      undefined,
      'put the whole field in quotes',
      4,
    ],
    ['lines that end with CR', 'amount,reference\r1,a\r2,b\r', undefined, 'CR only', 1],
  ])('is refused for %s', async (_, file, options, message, line) => {
    const error = await refusal(file, options);
    expect(error).toEqual({ line, reason: 'NARR', message: expect.stringContaining(message) });
  });

  it.each([
    ['Latin-1', Buffer.from('amount,reference\n1,a\n1,Caf\xe9\n', 'latin1'), 'not UTF-8', 3],
    ['UTF-16 with its mark', Buffer.from('\ufeffamount\n1\n', 'utf16le'), 'UTF-16', 1],
    ['UTF-16 without', Buffer.from('amount\n1\n', 'utf16le'), 'NUL', 1],
    ['a cut character', Buffer.from('amount,reference\n1,é').subarray(0, -1), 'inside a UTF-8 character', 2],
    ['an overlong form', Buffer.from([0x61, 0x0a, 0xc0, 0xaf, 0x0a]), 'not UTF-8', 2],
    ['a surrogate', Buffer.from([0x61, 0x0a, 0xed, 0xa0, 0x80, 0x0a]), 'not UTF-8', 2],
  ])('is refused in %s', async (_, file, message, line) => {
    for (const size of [1, 1000]) {
      const { outcome } = await readCsv(file, { currency: EUR, map: mapOf('amount:a') }, size);
      const error = outcome.errors.at(-1);
      // In small pieces a wrong header is found first.
      if (!error?.message.includes('no column')) expect(error).toMatchObject({ line });
      if (size === 1000) expect(error?.message).toContain(message);
    }
  });

  it('yields the records before an error of the file, and no others', async () => {
    const { rows, outcome } = await readCsv('amount,reference\n1,a\nx,b\n1,"c\n');
    expect(rows.map(({ reference, errors }) => [reference, errors.length])).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
    expect(outcome).toMatchObject({ total: 2, errorCount: 1 });
  });

  it('rethrows an error of the source stream', async () => {
    const broken = async function* () {
      yield Buffer.from('amount\n1\n');
      await Promise.resolve();
      throw new RangeError('too much');
    };
    const all = async () => {
      for await (const _ of new CsvReader({ currency: EUR }).instructions(broken()));
    };
    await expect(all()).rejects.toThrow(RangeError);
  });
});

describe('A character that some programs treat as a line break', () => {
  const HEADER = 'amount,reference,description';

  it.each(['\r', '\v', '\f'])('is an error of its record in any position: %j', async (character) => {
    for (const record of [
      `1.00,a,hello${character}you`,
      `1.00,a,"hello${character}you"`,
      `1.00,a${character},b`,
      `1.00${character},a,b`,
    ]) {
      expect(await errorsIn(HEADER, record)).toMatchObject([
        { line: 2, message: expect.stringContaining('vertical tab') },
      ]);
    }
  });

  it.each(['\v', '\f', '\u00a0'])('does not make a line blank: %j', async (character) => {
    expect(await errorsIn(HEADER, character)).toMatchObject([{ line: 2 }]);
  });
});

describe('Memory stays bounded while a CSV file', () => {
  const grown = async (file: AsyncIterable<Uint8Array>) => {
    const reader = new CsvReader({ currency: EUR });
    let most = 0;
    for await (const chunk of reader.instructions(file)) most = Math.max(most, chunk.length);
    return { most, outcome: reader.outcome() };
  };
  const after = async function* (head: string, rest: AsyncIterable<Uint8Array>) {
    yield Buffer.from(head);
    yield* rest;
  };

  it.each([
    ['one endless field', repeated('x'.repeat(8192), 1000)],
    ['one endless field in quotes', after('amount\n"', repeated('x\n'.repeat(4096), 1000))],
    ['endless fields in a header', repeated(','.repeat(8192), 1000)],
    ['endless fields in a record', after('amount\n', repeated(','.repeat(8192), 1000))],
  ])('has %s', async (_, file) => {
    const { outcome } = await grown(file);
    expect(outcome.errors).toMatchObject([{ message: expect.stringContaining('larger than 65536 bytes') }]);
    // It stopped there and closed the source.
    expect(await (file as AsyncGenerator).next()).toEqual({ value: undefined, done: true });
  });

  it('has endless records of the wrong length', async () => {
    const { most, outcome } = await grown(after('amount,reference\n', repeated('a\n'.repeat(500), 1000)));
    expect(outcome.errors).toMatchObject([
      { message: expect.stringContaining('More than 10000 records'), line: 10002 },
    ]);
    expect(most).toBeLessThanOrEqual(8192);
  });

  it('has endless blank lines', async () => {
    const { outcome } = await grown(after('amount\n', after('\n'.repeat(100_000), repeated('1\n', 1))));
    expect(outcome).toMatchObject({ total: 1, errorCount: 0 });
  });
});
