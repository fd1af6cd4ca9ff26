import { aBatch, aFile, aTransfer, xmlOf } from './testing/pain001-file.builder';
import { readStream, readWhole } from './testing/whole-file.builder';

const good = xmlOf(aFile());
const [declaration = '', ...body] = good.split('\n');
const document = body.join('\n');

const firstError = async (file: string | Uint8Array) => {
  const { outcome } = await readWhole(file);
  expect(outcome.errorCount).toBeGreaterThan(0);
  return outcome.errors[0]!;
};

describe('a file with dangerous XML', () => {
  it.each([
    ['an external entity', '<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/hostname">]>'],
    ['an entity bomb', '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'],
    ['no more than a name', '<!DOCTYPE Document>'],
  ])('has a DOCTYPE with %s', async (_, doctype) => {
    const error = await firstError(`${declaration}\n${doctype}\n${document}`);
    expect(error).toEqual({
      message: 'A DOCTYPE is not allowed: remove it and its entities.',
      line: 2,
      reason: 'FF01',
    });
  });

  it('has an undefined entity', async () => {
    const error = await firstError(good.replace('Mira Holm', '&who;'));
    expect(error).toMatchObject({ message: expect.stringContaining('undefined entity'), reason: 'FF01' });
  });

  it.each([
    ['nothing at all', ''],
    ['blanks', '  \n '],
    ['no XML', '{"amount": 1}'],
    ['two roots', `${good}<Document/>`],
    ['text after its end', `${good}more`],
    ['the same attribute twice', good.replace('Ccy="EUR"', 'Ccy="EUR" Ccy="USD"')],
    ['a prefix of no namespace', good.replace('<GrpHdr>', '<p:GrpHdr>')],
    ['a control character', good.replace('Mira', '\u0001')],
    ['a control character by number', good.replace('Mira', '&#1;')],
  ])('has %s', async (_, file) => {
    const error = await firstError(file);
    expect(error).toMatchObject({ line: expect.any(Number), reason: 'FF01' });
    expect(error.message).toMatch(/^The file is not well-formed XML: /);
  });

  it('is truncated anywhere', async () => {
    const end = good.lastIndexOf('</Document>') + '</Document>'.length;
    for (let length = 0; length < end; length += 7) {
      const { outcome } = await readWhole(good.slice(0, length));
      expect(outcome.errors.map(({ reason }) => reason)).toEqual(['FF01']);
      expect(outcome.errors[0]!.line).toBeGreaterThan(0);
    }
  });
});

describe('a file in another encoding', () => {
  it.each([
    ['UTF-16 with a byte order mark', Buffer.from(`\ufeff${good}`, 'utf16le')],
    ['UTF-16 without one', Buffer.from(good, 'utf16le')],
    ['UTF-16, big-endian', Buffer.from(`\ufeff${good}`, 'utf16le').swap16()],
  ])('is refused: %s', async (_, bytes) => {
    for (const size of [1, 3, 65_536])
      expect((await readWhole(bytes, size)).outcome.errors).toEqual([
        { message: expect.stringContaining('UTF-16'), line: 1, reason: 'FF01' },
      ]);
  });

  it.each(['ISO-8859-1', 'UTF-16', 'windows-1252', 'EBCDIC-CP-US', 'x'.repeat(1000)])(
    'is refused: declared as %s',
    async (encoding) => {
      const error = await firstError(good.replace('UTF-8', encoding));
      expect(error).toMatchObject({ line: 1, reason: 'FF01' });
      expect(error.message).toContain(`the encoding ${encoding.toLowerCase().slice(0, 100)}`);
      expect(error.message.length).toBeLessThan(250);
    },
  );

  it('is refused with its line: Latin-1, not declared', async () => {
    const file = good.replace('Mira', 'M\u00edra');
    const line = file.slice(0, file.indexOf('M\u00edra')).split('\n').length;
    for (const declared of [declaration, '']) {
      const bytes = Buffer.from(
        `${declared}\n${file.split('\n').slice(1).join('\n')}`.replace(/^\n/, ''),
        'latin1',
      );
      for (const size of [1, 5, 65_536])
        expect((await readWhole(bytes, size)).outcome.errors).toEqual([
          {
            message: expect.stringContaining('UTF-8'),
            line: declared === '' ? line - 1 : line,
            reason: 'FF01',
          },
        ]);
    }
  });

  it('is refused: truncated inside a character', async () => {
    const bytes = Buffer.from(good.replace('Mira', 'M\u00edra'));
    const cut = bytes.subarray(0, bytes.indexOf(0xc3) + 1);
    expect(await firstError(cut)).toMatchObject({
      message: expect.stringContaining('UTF-8'),
      reason: 'FF01',
    });
  });

  it('may be declared as US-ASCII when it is', async () => {
    expect((await readWhole(good.replace('UTF-8', 'us-ascii'))).outcome.errorCount).toBe(0);
    const error = await firstError(good.replace('UTF-8', 'US-ASCII').replace('Mira', 'M\u00edra'));
    expect(error.message).toContain('US-ASCII');
  });
});

describe('a file that exhausts memory', () => {
  const huge = 'x'.repeat(65_537);

  it.each([
    ['text', good.replace('Mira Holm', huge)],
    ['text in pieces', good.replace('Mira Holm', '<!---->xxxxxxxx'.repeat(8_193))],
    ['an attribute', good.replace('"EUR"', `"${huge}"`)],
    ['a name', good.replace('<GrpHdr>', `<${huge}>`)],
    ['a comment', good.replace('<GrpHdr>', `<!--${huge}--><GrpHdr>`)],
    ['a processing instruction', good.replace('<GrpHdr>', `<?${huge} ?><GrpHdr>`)],
    ['CDATA', good.replace('Mira Holm', `<![CDATA[${huge}]]>`)],
    ['blanks', good.replace('<GrpHdr>', `${' '.repeat(65_537)}<GrpHdr>`)],
  ])('is refused: too much %s', async (_, file) => {
    const error = await firstError(file);
    expect(error.reason).toBe('FF01');
    expect(error.message).toMatch(/65536 characters/);
  });

  it('is refused: nested endlessly', async () => {
    const { outcome } = await readWhole(good.replace('<GrpHdr>', '<a>'.repeat(100_000)));
    expect(outcome.errors.at(-1)).toMatchObject({
      message: 'Elements are nested more than 64 deep.',
      reason: 'FF01',
    });
  });

  it('is refused: endless attributes', async () => {
    const attributes = Array.from({ length: 40 }, (_, at) => `a${at}=""`).join(' ');
    const error = await firstError(good.replace('<GrpHdr>', `<GrpHdr ${attributes}>`));
    expect(error.message).toBe('An element has more than 32 attributes.');
  });

  it('is refused before the end of an endless text', async () => {
    let sent = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(good.slice(0, good.indexOf('Mira Holm')));
      for (; ; sent++) yield Buffer.alloc(65_536, 'x');
    }
    const { outcome } = await readStream(endless());
    expect(outcome.errors).toHaveLength(1);
    expect(sent).toBeLessThan(4);
  });

  it('keeps 100 errors and counts the rest', async () => {
    const file = good.replace('<GrpHdr>', `${'<Foo/>'.repeat(5_000)}<GrpHdr>`);
    const { outcome } = await readWhole(file);
    expect(outcome.errors).toHaveLength(100);
    expect(outcome.errorCount).toBe(5_000);
  });

  it('keeps 20 errors of a line', async () => {
    const broken = aTransfer({ body: '<Foo/>'.repeat(5_000) });
    const { instructions } = await readWhole(xmlOf(aFile({ batches: [aBatch({ transfers: [broken] })] })));
    expect(instructions[0]?.errors).toHaveLength(20);
  });
});

describe('a document of another kind', () => {
  it.each([
    ['another version', 'urn:iso:std:iso:20022:tech:xsd:pain.001.001.08'],
    ['another message', 'urn:iso:std:iso:20022:tech:xsd:pain.008.001.02'],
    ['the name of a property', 'urn:iso:std:iso:20022:tech:xsd:constructor'],
    ['an endless name', `urn:${'x'.repeat(10_000)}`],
  ])('is refused with what is supported: %s', async (_, namespace) => {
    const error = await firstError(xmlOf(aFile({ namespace })));
    expect(error).toMatchObject({ line: 2, pointer: '/Document', reason: 'FF01' });
    expect(error.message).toContain('pain.001.001.03, .09 or .11');
    expect(error.message.length).toBeLessThan(400);
  });

  it.each([' ', '\n', '&#9;', '\u00a0'])('is refused with white space at its end: %j', async (blank) => {
    const namespace = `urn:iso:std:iso:20022:tech:xsd:pain.001.001.09`;
    const error = await firstError(xmlOf(aFile({ namespace })).replace(namespace, `${namespace}${blank}`));
    expect(error.message).toContain('begins or ends with white space');
  });

  it('is refused without a namespace', async () => {
    expect((await firstError(good.replace(/ xmlns="[^"]*"/, ''))).message).toContain(
      'Document is in no namespace',
    );
  });

  it('is refused with another root', async () => {
    const error = await firstError(good.replaceAll('Document', 'Envelope'));
    expect(error.message).toBe('The root element is Envelope: expected Document.');
  });

  it('has elements of another namespace', async () => {
    const error = await firstError(good.replace('<MsgId>', '<MsgId xmlns="urn:x">'));
    expect(error).toMatchObject({
      message: expect.stringContaining('MsgId is in the namespace "urn:x"'),
      pointer: '/Document/CstmrCdtTrfInitn/GrpHdr/MsgId',
      reason: 'CH17',
    });
  });

  it.each(['xsi:type="Max35Text"', 'xsi:nil="true"'])('has an element with %s', async (attribute) => {
    const xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
    const error = await firstError(good.replace('<MsgId>', `<MsgId ${xsi} ${attribute}>`));
    expect(error).toMatchObject({ reason: 'CH17', pointer: expect.stringContaining('/MsgId/@xsi:') });
  });

  it('may contain the location of its schema', async () => {
    const xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x x.xsd"';
    expect((await readWhole(good.replace('<Document', `<Document ${xsi}`))).outcome.errorCount).toBe(0);
  });
});
