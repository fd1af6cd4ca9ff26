import { decimalText, scaledDecimal } from '../structure/decimal.rules';

/** A German IBAN of an invented account, with valid check digits. */
export const ibanOf = (account: number): string => {
  const bban = `50010517${String(account).padStart(10, '0')}`;
  const check = 98n - (BigInt(`${bban}131400`) % 97n);
  return `DE${String(check).padStart(2, '0')}${bban}`;
};

export interface TransferValues {
  instructionId?: string;
  endToEndId: string;
  amount: string;
  currency: string;
  creditor: string;
  /** What is in CdtrAcct/Id. */
  account: string;
  bic?: string;
  /** What is in RmtInf. */
  remittance?: string;
  /** Instead of the whole content of CdtTrfTxInf. */
  body?: string;
}

export interface BatchValues {
  id: string;
  method: string;
  count?: string;
  sum?: string;
  date: string;
  debtorIban: string;
  transfers: TransferValues[];
}

export interface FileValues {
  version: '03' | '09' | '11';
  namespace?: string;
  messageId: string;
  party: string;
  count?: string;
  sum?: string | null;
  batches: BatchValues[];
}

let made = 0;

export const aTransfer = (values: Partial<TransferValues> = {}): TransferValues => {
  made++;
  return {
    endToEndId: `INV-${made}`,
    amount: '12.50',
    currency: 'EUR',
    creditor: 'Mira Holm',
    account: `<IBAN>${ibanOf(made)}</IBAN>`,
    ...values,
  };
};

export const aBatch = (values: Partial<BatchValues> = {}): BatchValues => ({
  id: 'RUN-1',
  method: 'TRF',
  date: '2026-03-02',
  debtorIban: ibanOf(4711),
  transfers: [aTransfer()],
  ...values,
});

export const aFile = (values: Partial<FileValues> = {}): FileValues => ({
  version: '09',
  messageId: 'MSG-1',
  party: '<Nm>Tannhof Werke</Nm>',
  batches: [aBatch()],
  ...values,
});

const optional = (name: string, value: string | undefined): string =>
  value === undefined ? '' : `<${name}>${value}</${name}>`;

const transferXml = (transfer: TransferValues, bicName: string): string => {
  const { body, instructionId, endToEndId, amount, currency, creditor, account, bic, remittance } = transfer;
  const agent =
    bic === undefined ? '' : `<CdtrAgt><FinInstnId><${bicName}>${bic}</${bicName}></FinInstnId></CdtrAgt>`;
  return `    <CdtTrfTxInf>${
    body ??
    `
      <PmtId>${optional('InstrId', instructionId)}<EndToEndId>${endToEndId}</EndToEndId></PmtId>
      <Amt><InstdAmt Ccy="${currency}">${amount}</InstdAmt></Amt>
      ${agent}<Cdtr><Nm>${creditor}</Nm></Cdtr>
      <CdtrAcct><Id>${account}</Id></CdtrAcct>
      ${optional('RmtInf', remittance)}
`
  }    </CdtTrfTxInf>
`;
};

const batchXml = (batch: BatchValues, isOld: boolean): string => {
  const bicName = isOld ? 'BIC' : 'BICFI';
  const date = isOld ? batch.date : batch.date.includes('<') ? batch.date : `<Dt>${batch.date}</Dt>`;
  return `  <PmtInf>
    <PmtInfId>${batch.id}</PmtInfId>
    <PmtMtd>${batch.method}</PmtMtd>
    ${optional('NbOfTxs', batch.count)}${optional('CtrlSum', batch.sum)}
    <ReqdExctnDt>${date}</ReqdExctnDt>
    <Dbtr><Nm>Tannhof Werke</Nm></Dbtr>
    <DbtrAcct><Id><IBAN>${batch.debtorIban}</IBAN></Id></DbtrAcct>
    <DbtrAgt><FinInstnId><${bicName}>INGDDEFFXXX</${bicName}></FinInstnId></DbtrAgt>
${batch.transfers.map((transfer) => transferXml(transfer, bicName)).join('')}  </PmtInf>
`;
};

/** The file's text. Counts and sums are correct unless others are given. */
export const xmlOf = (file: FileValues): string => {
  const transfers = file.batches.flatMap((batch) => batch.transfers);
  const right = transfers.reduce((sum, { amount }) => sum + (scaledDecimal(amount, 5) ?? 0n), 0n);
  const sum = file.sum === undefined ? decimalText(right, 5) : (file.sum ?? undefined);
  const namespace = file.namespace ?? `urn:iso:std:iso:20022:tech:xsd:pain.001.001.${file.version}`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="${namespace}"><CstmrCdtTrfInitn>
  <GrpHdr>
    <MsgId>${file.messageId}</MsgId>
    <CreDtTm>2026-03-01T08:30:00</CreDtTm>
    <NbOfTxs>${file.count ?? transfers.length}</NbOfTxs>
    ${optional('CtrlSum', sum)}
    <InitgPty>${file.party}</InitgPty>
  </GrpHdr>
${file.batches.map((batch) => batchXml(batch, file.version === '03')).join('')}</CstmrCdtTrfInitn></Document>
`;
};
