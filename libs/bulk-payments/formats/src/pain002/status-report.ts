import { transactionStatus, type IsoStatus } from './status.rules';
import { xmlText } from './xml-text.rules';

/** Version of the pain.002 for each version of pain.001. */
const REPORT_VERSIONS = {
  'pain.001.001.03': 'pain.002.001.03',
  'pain.001.001.09': 'pain.002.001.10',
  'pain.001.001.11': 'pain.002.001.12',
} as const;

/** A format that is answered by a pain.002. */
export type Answerable = keyof typeof REPORT_VERSIONS;

export const isAnswerable = (format: string): format is Answerable => Object.hasOwn(REPORT_VERSIONS, format);

export interface ReportLine {
  batch: { index: number; id: string };
  instructionId: string | null;
  endToEndId: string | null;
  status: 'PENDING' | 'COMPLETED' | 'FAILED' | 'REJECTED';
  /** ISO 20022 ExternalStatusReason1Code and message; null unless the line was refused. */
  reason: { code: string; text: string } | null;
}

export interface StatusReport {
  /** The report's own MsgId. */
  messageId: string;
  createdAt: Date;
  original: {
    format: Answerable;
    messageId: string;
    /** As written in the pain.001. */
    numberOfTransactions: string;
    controlSum: string | null;
  };
  groupStatus: IsoStatus;
  /** In the order of the file. */
  lines: AsyncIterable<ReportLine>;
}

/** Lines per yielded piece. */
const FLUSH_EVERY = 200;

const element = (name: string, text: string | null, max: number): string =>
  text === null || text === '' ? '' : `<${name}>${xmlText(text, max)}</${name}>`;

const reasonOf = ({ reason }: ReportLine): string =>
  reason === null
    ? ''
    : `<StsRsnInf><Rsn><Cd>${xmlText(reason.code, 4)}</Cd></Rsn>${element('AddtlInf', reason.text, 105)}</StsRsnInf>`;

const transaction = (line: ReportLine): string =>
  '<TxInfAndSts>' +
  element('OrgnlInstrId', line.instructionId, 35) +
  element('OrgnlEndToEndId', line.endToEndId, 35) +
  `<TxSts>${transactionStatus(line.status)}</TxSts>` +
  reasonOf(line) +
  '</TxInfAndSts>\n';

const head = ({ messageId, createdAt, original, groupStatus }: StatusReport): string =>
  '<?xml version="1.0" encoding="UTF-8"?>\n' +
  `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${REPORT_VERSIONS[original.format]}">\n<CstmrPmtStsRpt>\n` +
  `<GrpHdr>${element('MsgId', messageId, 35)}<CreDtTm>${createdAt.toISOString()}</CreDtTm></GrpHdr>\n` +
  '<OrgnlGrpInfAndSts>' +
  element('OrgnlMsgId', original.messageId, 35) +
  `<OrgnlMsgNmId>${original.format}</OrgnlMsgNmId>` +
  element('OrgnlNbOfTxs', original.numberOfTransactions, 15) +
  // Not shortened: every digit counts, and the pain.001 has the same type.
  element('OrgnlCtrlSum', original.controlSum, Infinity) +
  `<GrpSts>${groupStatus}</GrpSts></OrgnlGrpInfAndSts>\n`;

/**
 * Writes a pain.002 (customer payment status report) with the status of each line of a pain.001, in the matching version.
 * Yields it in pieces, in bounded memory.
 */
export async function* statusReport(report: StatusReport): AsyncGenerator<string> {
  let text = head(report);
  let open: number | null = null;
  let lines = 0;
  for await (const line of report.lines) {
    if (line.batch.index !== open) {
      if (open !== null) text += '</OrgnlPmtInfAndSts>\n';
      text += `<OrgnlPmtInfAndSts>${element('OrgnlPmtInfId', line.batch.id, 35)}\n`;
      open = line.batch.index;
    }
    text += transaction(line);
    if (++lines % FLUSH_EVERY === 0) {
      yield text;
      text = '';
    }
  }
  if (open !== null) text += '</OrgnlPmtInfAndSts>\n';
  yield `${text}</CstmrPmtStsRpt>\n</Document>\n`;
}
