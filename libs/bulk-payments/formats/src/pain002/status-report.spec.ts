import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { groupStatus, transactionStatus } from './status.rules';
import { statusReport, type Answerable, type ReportLine, type StatusReport } from './status-report';
import { xmlText } from './xml-text.rules';

const reportOf = (lines: ReportLine[], changes: Partial<StatusReport> = {}): StatusReport => ({
  messageId: '665f1f77bcf86cd799439011',
  createdAt: new Date('2026-11-25T10:00:00Z'),
  original: { format: 'pain.001.001.09', messageId: 'M1', numberOfTransactions: '2', controlSum: '12.50' },
  groupStatus: 'PART',
  lines: (async function* () {
    await Promise.resolve();
    yield* lines;
  })(),
  ...changes,
});

const written = async (report: StatusReport): Promise<string> => {
  let text = '';
  for await (const piece of statusReport(report)) text += piece;
  return text;
};

const aLine = (changes: Partial<ReportLine> = {}): ReportLine => ({
  batch: { index: 0, id: 'P1' },
  instructionId: 'I1',
  endToEndId: 'E1',
  status: 'COMPLETED',
  reason: null,
  ...changes,
});

describe('A status report', () => {
  it('lists lines by batch, and refused lines with their reason', async () => {
    const text = await written(
      reportOf([
        aLine(),
        aLine({
          batch: { index: 1, id: 'P2' },
          endToEndId: 'E<2>',
          status: 'REJECTED',
          reason: { code: 'AC01', text: 'no IBAN' },
        }),
      ]),
    );
    expect(text).toContain('xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"');
    expect(text).toContain('<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>');
    expect(text.match(/<OrgnlPmtInfId>P\d<\/OrgnlPmtInfId>/g)).toHaveLength(2);
    expect(text).toContain(
      '<OrgnlEndToEndId>E&lt;2&gt;</OrgnlEndToEndId><TxSts>RJCT</TxSts>' +
        '<StsRsnInf><Rsn><Cd>AC01</Cd></Rsn><AddtlInf>no IBAN</AddtlInf></StsRsnInf>',
    );
  });

  it('repeats identifiers and the control sum as written', async () => {
    const text = await written(
      reportOf([aLine({ endToEndId: ' a  b\r\n' })], {
        original: {
          format: 'pain.001.001.03',
          messageId: 'M  1',
          numberOfTransactions: '1',
          controlSum: '0000000000000000000012.50',
        },
      }),
    );
    expect(text).toContain('<OrgnlMsgId>M  1</OrgnlMsgId>');
    expect(text).toContain('<OrgnlEndToEndId> a  b&#xD;\n</OrgnlEndToEndId>');
    expect(text).toContain('<OrgnlCtrlSum>0000000000000000000012.50</OrgnlCtrlSum>');
  });

  it('gives a group the status that all its lines have', () => {
    expect(groupStatus({ total: 2, completed: 2, refused: 0 })).toBe('ACSC');
    expect(groupStatus({ total: 2, completed: 0, refused: 2 })).toBe('RJCT');
    expect(groupStatus({ total: 2, completed: 1, refused: 0 })).toBe('PART');
    expect(groupStatus({ total: 2, completed: 0, refused: 0 })).toBe('ACSP');
    expect(transactionStatus('PENDING')).toBe('PDNG');
  });

  it('contains only characters of XML, and only as many as the field allows', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 140 }), (text, max) => {
        const content = xmlText(text, max);
        expect(content).not.toMatch(/[\u0000-\u0008\u000b-\u001f<>"']|&(?!(amp|lt|gt|quot|apos|#xD);)/);
        expect([...content.replace(/&#?\w+;/g, '&')].length).toBeLessThanOrEqual(max);
      }),
    );
  });
});

const schemas = path.resolve(process.env['PAYMENT_SAMPLES_DIR'] ?? '', 'xsd');
const referee = spawnSync('xmllint', ['--version']).status === 0;

if (process.env['PAYMENT_SAMPLES_DIR'] && referee && existsSync(schemas)) {
  const VERSIONS: [Answerable, string][] = [
    ['pain.001.001.03', 'pain.002.001.03'],
    ['pain.001.001.09', 'pain.002.001.10'],
    ['pain.001.001.11', 'pain.002.001.12'],
  ];
  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 200 })
    .filter((value) => /\S/.test(value));
  const line: fc.Arbitrary<ReportLine> = fc.record({
    batch: fc.record({ index: fc.nat(3), id: text }),
    instructionId: fc.option(text),
    endToEndId: fc.option(text),
    status: fc.constantFrom('PENDING', 'COMPLETED', 'FAILED', 'REJECTED'),
    reason: fc.option(fc.record({ code: fc.constantFrom('AC01', 'NARR', 'DU03'), text })),
  });

  describe.each(VERSIONS)('A report on a %s', (format, version) => {
    it(`is a valid ${version}, for any content of the lines`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 5 }), text, async (lines, messageId) => {
          const original = {
            format,
            messageId,
            numberOfTransactions: String(lines.length),
            controlSum: null,
          };
          const { status, stderr } = spawnSync(
            'xmllint',
            ['--nonet', '--noout', '--schema', path.join(schemas, `${version}.xsd`), '-'],
            { input: await written(reportOf(lines, { original })), encoding: 'utf8' },
          );
          expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
        }),
        { numRuns: 60 },
      );
    });
  });
}
