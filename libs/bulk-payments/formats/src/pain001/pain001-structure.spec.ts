import { aBatch, aFile, aTransfer, xmlOf } from './testing/pain001-file.builder';
import { readWhole } from './testing/whole-file.builder';

const ID = '<PmtId><EndToEndId>E-1</EndToEndId></PmtId>';
const AMOUNT = '<Amt><InstdAmt Ccy="EUR">12.50</InstdAmt></Amt>';

const withBody = (body: string): string =>
  xmlOf(aFile({ batches: [aBatch({ transfers: [aTransfer(), aTransfer({ body }), aTransfer()] })] }));

/** The errors of the second of three instructions: the others have none, and neither has the file. */
const errorsIn = async (body: string) => {
  const { instructions, outcome } = await readWhole(withBody(body));
  expect(outcome).toMatchObject({ total: 3, errorCount: 0 });
  expect([instructions[0]!.errors, instructions[2]!.errors]).toEqual([[], []]);
  return instructions[1]!.errors.map(({ message, pointer, reason }) => ({
    message,
    path: pointer!.replace('/Document/CstmrCdtTrfInitn/PmtInf/0/CdtTrfTxInf/1', ''),
    reason,
  }));
};

describe('an instruction', () => {
  it('with only the required elements is valid', async () => {
    expect(await errorsIn(`${ID}${AMOUNT}`)).toEqual([]);
  });

  it.each([
    [
      `${ID}<Foo/>${AMOUNT}`,
      'CH17',
      '/Foo',
      /^Foo is not an element of CdtTrfTxInf: expected PmtId, PmtTpInf, Amt, /,
    ],
    [`${AMOUNT}${ID}`, 'CH17', '/PmtId', 'PmtId must come before Amt in CdtTrfTxInf.'],
    [`${ID}${ID}${AMOUNT}`, 'CH17', '/PmtId', 'PmtId is allowed only once in CdtTrfTxInf.'],
    [`<PmtId></PmtId>${AMOUNT}`, 'CH21', '/PmtId', 'EndToEndId is missing in PmtId.'],
    [`${ID}${AMOUNT}<Cdtr><Nm/></Cdtr>`, 'CH16', '/Cdtr/Nm', 'Nm is empty: expected 1 to 140 characters.'],
    [
      `${ID}${AMOUNT}<Cdtr>Mira</Cdtr>`,
      'CH16',
      '/Cdtr',
      /^Cdtr contains elements only; text is not allowed: "Mira"\.$/,
    ],
    [`${ID}${AMOUNT}<Cdtr>\u00a0</Cdtr>`, 'CH16', '/Cdtr', /"U\+00A0"/],
    [
      `${ID}${AMOUNT}<Cdtr><Nm><B/></Nm></Cdtr>`,
      'CH17',
      '/Cdtr/Nm/B',
      'Nm contains text only; the element B is not allowed.',
    ],
    [
      `${ID}${AMOUNT}<ChrgBr>ALL</ChrgBr>`,
      'CH16',
      '/ChrgBr',
      'ChrgBr must be DEBT, CRED, SHAR or SLEV: "ALL".',
    ],
    [`${ID}${AMOUNT}<Purp/>`, 'CH21', '/Purp', 'Purp is empty: expected one of Cd, Prtry.'],
    [
      `${ID}${AMOUNT}<Purp><Cd>SALA</Cd><Prtry>x</Prtry></Purp>`,
      ...(['CH17', '/Purp/Prtry', 'Purp has Prtry besides Cd: only one of them is allowed.'] as const),
    ],
    [
      `${ID}<Amt><InstdAmt>12.50</InstdAmt></Amt>`,
      ...(['CH21', '/Amt/InstdAmt/@Ccy', 'InstdAmt has no attribute Ccy.'] as const),
    ],
  ] as const)('reports the error in %s', async (body, reason, path, message) => {
    const [error, ...others] = await errorsIn(body);
    expect(others).toEqual([]);
    expect(error).toMatchObject({ path, reason });
    if (typeof message === 'string') expect(error!.message).toBe(message);
    else expect(error!.message).toMatch(message);
  });

  it('may contain any element in a supplementary envelope except a message', async () => {
    const holding = (content: string) =>
      errorsIn(`${ID}${AMOUNT}<SplmtryData><Envlp>${content}</Envlp></SplmtryData>`);
    expect(await holding('<n:Note xmlns:n="urn:n" a="1">text<n:B/></n:Note>')).toEqual([]);
    expect(await holding('<Note><Deep>1</Deep></Note>')).toEqual([]);
    expect(await holding('')).toMatchObject([{ reason: 'CH21' }]);
    expect(await holding('<a/><b/>')).toMatchObject([{ message: 'Envlp may contain only one element.' }]);
    expect(await holding('<Note><Document/></Note>')).toMatchObject([
      { message: 'Document must not contain another Document.' },
    ]);
  });
});

it('an error outside of instructions is an error of the file', async () => {
  const xml = withBody(`${ID}${AMOUNT}`);
  const { instructions, outcome } = await readWhole(xml.replace('<PmtMtd>TRF', '<PmtMtd>CASH'));
  expect(outcome.errors).toEqual([
    {
      message: 'PmtMtd must be CHK, TRF or TRA: "CASH".',
      line: xml.slice(0, xml.indexOf('<PmtMtd>')).split('\n').length,
      pointer: '/Document/CstmrCdtTrfInitn/PmtInf/0/PmtMtd',
      reason: 'CH16',
    },
  ]);
  expect(instructions.flatMap(({ errors }) => errors)).toEqual([]);
});

it('an error for a missing element names its parent', async () => {
  const xml = xmlOf(aFile()).replace(/<DbtrAgt>.*<\/DbtrAgt>/, '');
  const { outcome } = await readWhole(xml);
  expect(outcome.errors).toEqual([
    {
      message: 'DbtrAgt is missing in PmtInf.',
      line: xml.slice(0, xml.indexOf('<PmtInf>')).split('\n').length,
      pointer: '/Document/CstmrCdtTrfInitn/PmtInf/0',
      reason: 'CH21',
    },
  ]);
});
