import { aBatch, aFile, aTransfer, ibanOf, xmlOf } from './testing/pain001-file.builder';
import { readWhole } from './testing/whole-file.builder';

const transfers = (...made: Parameters<typeof aTransfer>[0][]) =>
  aFile({ batches: [aBatch({ transfers: made.map((values) => aTransfer(values)) })] });

const reasons = ({ errors }: { errors: { reason: string }[] }): string[] =>
  errors.map(({ reason }) => reason);

const SCOR = '<Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd>';

describe('a valid pain.001', () => {
  it.each(['03', '09', '11'] as const)('of version .%s is read completely', async (version) => {
    const values = {
      instructionId: 'I-1',
      endToEndId: 'E-1',
      amount: '1250.05',
      creditor: 'Mira &amp; Söhne',
      account: `<IBAN>${ibanOf(7)}</IBAN>`,
      bic: 'COBADEFFXXX',
      remittance: '<Ustrd>Invoice 1</Ustrd><Ustrd>and 2</Ustrd>',
    };
    const xml = xmlOf(aFile({ version, batches: [aBatch({ id: 'RUN-7', transfers: [aTransfer(values)] })] }));
    const { instructions, outcome } = await readWhole(xml);
    expect(outcome).toEqual({
      format: `pain.001.001.${version}`,
      message: {
        namespace: `urn:iso:std:iso:20022:tech:xsd:pain.001.001.${version}`,
        messageId: 'MSG-1',
        initiatingParty: '[["Nm","Tannhof Werke"]]',
        numberOfTransactions: '1',
        controlSum: '1250.05',
      },
      total: 1,
      errors: [],
      errorCount: 0,
    });
    expect(instructions).toEqual([
      {
        n: 1,
        line: xml.slice(0, xml.indexOf('<CdtTrfTxInf>')).split('\n').length,
        batch: { index: 0, id: 'RUN-7' },
        reference: null,
        instructionId: 'I-1',
        endToEndId: 'E-1',
        amount: 125005n,
        currency: 'EUR',
        method: 'bank_transfer',
        description: 'Invoice 1 and 2',
        creditor: { name: 'Mira & Söhne', iban: ibanOf(7), account: null, bic: 'COBADEFFXXX' },
        metadata: { endToEndId: 'E-1', requestedExecutionDate: '2026-03-02' },
        errors: [],
      },
    ]);
  });

  it('is read in chunks of at most 250, numbered across batches', async () => {
    const many = () => Array.from({ length: 301 }, () => aTransfer());
    const batches = [aBatch({ transfers: many() }), aBatch({ transfers: many() })];
    const { instructions, outcome, chunks } = await readWhole(xmlOf(aFile({ batches })));
    expect(outcome).toMatchObject({ total: 602, errorCount: 0 });
    expect(Math.max(...chunks)).toBe(250);
    expect(instructions.map(({ n }) => n)).toEqual(Array.from({ length: 602 }, (_, at) => at + 1));
    expect(new Set(instructions.map(({ batch }) => batch?.index))).toEqual(new Set([0, 1]));
  });

  it('is read the same in any pieces, with any line ends and byte order mark', async () => {
    const xml = xmlOf(transfers({ creditor: 'Łucja 🌲 Ødegård', endToEndId: 'E-9' }));
    const expected = await readWhole(xml);
    expect(expected.outcome.errorCount).toBe(0);
    for (const size of [1, 2, 3, 7]) expect(await readWhole(xml, size)).toEqual(expected);
    expect(await readWhole(`\ufeff${xml.replaceAll('\n', '\r\n')}`, 1)).toEqual(expected);
  });

  it('may have prefixes, comments, CDATA and processing instructions', async () => {
    const xml = xmlOf(transfers({ creditor: 'Ab<!-- x -->c<![CDATA[ & d]]>' }))
      .replace(' xmlns=', ' xmlns:p=')
      .replace(/<(\/?)(?=[A-Z])/g, '<$1p:')
      .replace('<p:Document', '<?x y?><p:Document')
      .replace('<![p:CDATA', '<![CDATA');
    const { instructions, outcome } = await readWhole(xml);
    expect(outcome.errors).toEqual([]);
    expect(instructions[0]?.creditor.name).toBe('Abc & d');
  });

  it('is read as .03 in the dialects that restrict it', async () => {
    for (const namespace of [
      'http://www.six-interbank-clearing.com/de/pain.001.001.03.ch.02.xsd',
      'urn:iso:std:iso:20022:tech:xsd:pain.001.003.03',
      'urn:iso:std:iso:20022:tech:xsd:pain.001.002.03',
      'ISO:pain.001.001.03:APC:STUZZA:payments:003',
    ]) {
      const { outcome } = await readWhole(xmlOf(aFile({ version: '03', namespace })));
      expect(outcome).toMatchObject({ format: 'pain.001.001.03', errorCount: 0, message: { namespace } });
    }
  });

  it('keeps an execution time as written', async () => {
    const batch = aBatch({ date: '<DtTm>2026-03-02T10:00:00+01:00</DtTm>' });
    const { instructions } = await readWhole(xmlOf(aFile({ batches: [batch] })));
    expect(instructions[0]?.metadata.requestedExecutionDate).toBe('2026-03-02T10:00:00+01:00');
  });

  it('describes a payment by its remittance text, else by its creditor reference', async () => {
    const long = '<Ustrd>' + 'x'.repeat(139) + '🌲</Ustrd>';
    const { instructions } = await readWhole(
      xmlOf(
        transfers(
          { remittance: SCOR },
          {},
          { remittance: `<Ustrd>A</Ustrd>${SCOR}` },
          { remittance: long.repeat(4) },
        ),
      ),
    );
    const [reference, none, text, cut] = instructions.map(({ description }) => description);
    expect([reference, none, text]).toEqual(['RF18539007547034', null, 'A']);
    expect(cut!.length).toBeLessThanOrEqual(500);
    // Throws at half a surrogate pair.
    expect(() => encodeURIComponent(cut!)).not.toThrow();
  });

  it('can pay into an account that is not an IBAN', async () => {
    const { instructions } = await readWhole(xmlOf(transfers({ account: '<Othr><Id>55-12 77</Id></Othr>' })));
    expect(instructions[0]?.creditor).toMatchObject({ iban: null, account: '55-12 77' });
  });
});

describe('the totals that a file declares', () => {
  it('are compared exactly, across currencies', async () => {
    const file = transfers({ amount: '0.10' }, { amount: '0.20' }, { amount: '100', currency: 'JPY' });
    expect((await readWhole(xmlOf({ ...file, sum: '100.300' }))).outcome.errorCount).toBe(0);
    expect((await readWhole(xmlOf({ ...file, sum: null }))).outcome.errorCount).toBe(0);
    const { outcome } = await readWhole(xmlOf({ ...file, sum: '100.30000000000001' }));
    expect(outcome.errors).toEqual([
      {
        message: 'CtrlSum of GrpHdr is 100.30000000000001, but its amounts add up to 100.3.',
        line: 7,
        pointer: '/Document/CstmrCdtTrfInitn/GrpHdr/CtrlSum',
        reason: 'AM10',
      },
    ]);
  });

  it('are checked for the whole file and for each batch', async () => {
    const batches = [aBatch({ count: '1', sum: '12.5' }), aBatch({ count: '2', sum: '12.49' })];
    const { outcome } = await readWhole(xmlOf(aFile({ batches, count: '3' })));
    expect(outcome.errors.map(({ message, reason }) => [reason, message])).toEqual([
      ['AM18', 'NbOfTxs of PmtInf 1 is 2, but it contains 1 instructions.'],
      ['AM10', 'CtrlSum of PmtInf 1 is 12.49, but its amounts add up to 12.5.'],
      ['AM18', 'NbOfTxs of GrpHdr is 3, but it contains 2 instructions.'],
    ]);
  });

  it('refuse a file without an instruction', async () => {
    const { outcome } = await readWhole(xmlOf(aFile({ batches: [aBatch({ transfers: [] })] })));
    expect(outcome.total).toBe(0);
    expect(outcome.errors.at(-1)?.message).toBe('The file contains no instructions (CdtTrfTxInf).');
  });
});

describe('an invalid line', () => {
  it.each([
    [
      'an IBAN with wrong digits',
      { account: '<IBAN>DE89370400440532013001</IBAN>' },
      'AC01',
      'CdtrAcct/Id/IBAN',
    ],
    [
      'an IBAN with blanks',
      { account: '<IBAN>DE89 3704 0044 0532 0130 00</IBAN>' },
      'AC01',
      'CdtrAcct/Id/IBAN',
    ],
    ['a BIC of no country', { bic: 'COBAQQFF' }, 'RC01', 'CdtrAgt/FinInstnId/BICFI'],
    ['a currency that is none', { currency: 'XXX' }, 'AM03', 'Amt/InstdAmt/@Ccy'],
    ['a currency in lower case', { currency: 'eur' }, 'AM03', 'Amt/InstdAmt/@Ccy'],
    ['nothing to pay', { amount: '0.00' }, 'AM01', 'Amt/InstdAmt'],
    ['more decimals than its currency has', { amount: '1.5', currency: 'JPY' }, 'AM12', 'Amt/InstdAmt'],
    ['more than can be paid', { amount: '99999999999' }, 'AM12', 'Amt/InstdAmt'],
    ['less than nothing to pay', { amount: '-1' }, 'AM12', 'Amt/InstdAmt'],
    ['an amount in words', { amount: 'ten' }, 'AM12', 'Amt/InstdAmt'],
    ['an endless EndToEndId', { endToEndId: 'x'.repeat(36) }, 'CH16', 'PmtId/EndToEndId'],
  ])('has %s', async (_, values, reason, path) => {
    const { instructions, outcome } = await readWhole(xmlOf({ ...transfers({}, values, {}), sum: null }));
    expect(outcome).toMatchObject({ total: 3, errors: [], errorCount: 0 });
    expect(instructions.map(reasons)).toEqual([[], [reason], []]);
    expect(instructions[1]?.errors[0]).toMatchObject({
      pointer: `/Document/CstmrCdtTrfInitn/PmtInf/0/CdtTrfTxInf/1/${path}`,
      line: expect.any(Number),
    });
  });

  it('has an amount that needs an exchange rate', async () => {
    const body =
      '<PmtId><EndToEndId>E</EndToEndId></PmtId>' +
      '<Amt><EqvtAmt><Amt Ccy="EUR">12.50</Amt><CcyOfTrf>USD</CcyOfTrf></EqvtAmt></Amt>';
    const { instructions, outcome } = await readWhole(xmlOf(transfers({ body })));
    expect(outcome.errorCount).toBe(0);
    expect(reasons(instructions[0]!)).toEqual(['NARR']);
  });

  it('is every line of a batch with an invalid debtor account', async () => {
    const good = aBatch({ transfers: [aTransfer(), aTransfer()] });
    const batches = [
      good,
      { ...good, debtorIban: 'DE00500105170000004711', transfers: [aTransfer(), aTransfer()] },
    ];
    const { instructions, outcome } = await readWhole(xmlOf(aFile({ batches })));
    expect(outcome.errorCount).toBe(0);
    expect(instructions.map(reasons)).toEqual([[], [], ['AC02'], ['AC02']]);
  });

  it('is every line of a batch of cheques', async () => {
    const batches = ['TRA', 'CHK'].map((method) => aBatch({ method, transfers: [aTransfer()] }));
    const { instructions } = await readWhole(xmlOf(aFile({ batches })));
    expect(instructions.map(reasons)).toEqual([[], ['NARR']]);
    expect(instructions[1]?.errors[0]?.message).toContain('CHK');
  });

  it('repeats an earlier one', async () => {
    const once = { endToEndId: 'E-1', account: `<IBAN>${ibanOf(1)}</IBAN>`, amount: '5.00' };
    const { instructions } = await readWhole(
      xmlOf(
        transfers(
          once,
          once,
          { ...once, amount: '5.01' },
          { ...once, endToEndId: 'E-2' },
          { ...once, amount: '5' },
        ),
      ),
    );
    expect(instructions.map(reasons)).toEqual([[], ['AM05'], [], [], ['AM05']]);
  });

  it('is not one of several without an EndToEndId of their own', async () => {
    const same = { endToEndId: 'NOTPROVIDED', account: `<IBAN>${ibanOf(1)}</IBAN>` };
    const { instructions } = await readWhole(xmlOf(transfers(same, same)));
    expect(instructions.map(reasons)).toEqual([[], []]);
  });
});

describe('the initiating party', () => {
  const party = async (xml: string): Promise<string | undefined> =>
    (await readWhole(xmlOf(aFile({ party: xml })))).outcome.message?.initiatingParty;
  const others = (...ids: string[]): string =>
    `<Nm>T</Nm><Id><OrgId>${ids.map((id) => `<Othr><Id>${id}</Id></Othr>`).join('')}</OrgId></Id>`;

  it('is its name and identifiers', async () => {
    expect(await party(others('A', 'B'))).toBe(
      '[["Nm","T"],["Id/OrgId/Othr/0/Id","A"],["Id/OrgId/Othr/1/Id","B"]]',
    );
  });

  it('is short and unique for any number of identifiers', async () => {
    const many = Array.from({ length: 500 }, (_, at) => `ID-${at}`);
    const whole = await party(others(...many));
    expect(whole).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await party(others(...many, 'ID-500'))).not.toBe(whole);
    expect(await party(others(...many))).toBe(whole);
  });
});
